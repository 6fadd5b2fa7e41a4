import fc from 'fast-check';
import { runProperty } from '../../../test/support/property';
import { until } from '../../../test/support/until';
import { type Said, TranscriptOrder } from './transcript-order';

const said = (content: string): Said => ({ agent: 'a', role: 'user', content, at: 1, meta: {} });

describe('the order of what is said', () => {
  let written: string[];
  let order: TranscriptOrder;
  beforeEach(() => {
    written = [];
    order = new TranscriptOrder(({ content }) => written.push(content), 50);
  });
  afterEach(() => order.discard());

  it("lets a reply wait for the caller's words that it answers", () => {
    order.expect('question');
    order.placed('answer', 'question', true);
    order.fill('answer', said('answer'));
    expect(written).toEqual([]);
    order.fill('question', said('question'));
    expect(written).toEqual(['question', 'answer']);
  });

  it('takes the place that the model gives, whatever came to light first', () => {
    order.expect('u1');
    order.expect('u2');
    order.placed('u1', null, true);
    order.placed('a1', 'u1', true);
    order.placed('u2', 'a1', true);
    for (const id of ['u2', 'a1', 'u1']) order.fill(id, said(id));
    expect(written).toEqual(['u1', 'a1', 'u2']);
  });

  it('puts behind what was written long ago what belongs there', () => {
    order.expect('u1');
    order.fill('u1', said('u1'));
    order.expect('u2');
    order.placed('a1', 'u1', true);
    order.fill('u2', said('u2'));
    order.fill('a1', said('a1'));
    expect(written).toEqual(['u1', 'a1', 'u2']);
  });

  it('keeps what is said here behind what came before it, and before what the model adds later', () => {
    order.expect('u1');
    order.add(said('typed'));
    order.placed('echo', 'u1', false);
    order.placed('answer', 'echo', true);
    order.fill('answer', said('answer'));
    order.fill('u1', said('u1'));
    expect(written).toEqual(['u1', 'typed', 'answer']);
  });

  it('waits for nothing that will not come', () => {
    order.expect('noise');
    order.add(said('next'));
    order.drop('noise');
    expect(written).toEqual(['next']);
  });

  it('writes nothing twice', () => {
    order.expect('u1');
    expect([order.fill('u1', said('u1')), order.fill('u1', said('again'))]).toEqual([true, false]);
    order.placed('u1', null, true);
    order.add(said('next'));
    expect(written).toEqual(['u1', 'next']);
  });

  it('takes words of something that nobody has placed', () => {
    expect(order.fill('stray', said('stray'))).toBe(true);
    expect(written).toEqual(['stray']);
  });

  it('waits only so long, and writes at the end what comes after that', async () => {
    order.expect('late');
    order.add(said('next'));
    await until(() => written.length === 1);
    order.fill('late', said('late'));
    expect(written).toEqual(['next', 'late']);
  });

  it('does not begin to wait anew with everything that comes behind', async () => {
    order.expect('late');
    const talk = setInterval(() => order.add(said('more')), 10);
    await until(() => written.length > 2, 1000).finally(() => clearInterval(talk));
  });

  it('changes words that wait, and no others', () => {
    order.expect('u1');
    order.fill('a1', said('all of it'));
    expect(order.amend('a1', (whole) => ({ ...whole, content: 'all' }))).toBe(true);
    order.fill('u1', said('u1'));
    expect(written).toEqual(['u1', 'all']);
    expect(order.amend('a1', (whole) => whole)).toBe(false);
  });

  it('writes at the end what is known and keeps the rest out', () => {
    order.expect('open');
    order.fill('known', said('known'));
    order.finish();
    expect(written).toEqual(['known']);
  });

  it('is the order of the model, in whatever order places and words come', async () => {
    const ids = ['i0', 'i1', 'i2', 'i3', 'i4', 'i5'];
    const steps = ids.flatMap((id) => [`fill ${id}`, `fill ${id}`]);
    await runProperty(
      'transcript order',
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), fc.nat(5), (shuffled, began) => {
        const lines: string[] = [];
        const any = new TranscriptOrder(({ content }) => lines.push(content), 1000);
        for (const id of ids.slice(0, began)) any.expect(id);
        ids.forEach((id, index) => any.placed(id, ids[index - 1] ?? null, true));
        for (const step of shuffled) any.fill(step.slice(5), said(step.slice(5)));
        any.discard();
        expect(lines).toEqual(ids);
      }),
      { numRuns: 200 },
    );
  });
});
