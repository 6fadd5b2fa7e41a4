import { EventStream } from './event-stream';

describe('a stream of events', () => {
  it('begins when it is asked, and gives all events in their order, and its end', async () => {
    let begun = 0;
    const stream = new EventStream<number>(async (emit) => {
      begun += 1;
      emit(1);
      await Promise.resolve();
      emit(2);
    });
    expect(begun).toBe(0);
    const events: number[] = [];
    for await (const event of stream) events.push(event);
    expect([begun, events]).toEqual([1, [1, 2]]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('waits for nobody', async () => {
    const done: string[] = [];
    const stream = new EventStream<number>(async (emit) => {
      for (const event of [1, 2, 3]) emit(event);
      done.push('all');
      return Promise.resolve();
    });
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(done).toEqual(['all']);
    expect(await Promise.all([stream.next(), stream.next(), stream.next()])).toMatchObject([
      { value: 2 },
      { value: 3 },
      { done: true },
    ]);
  });

  it('fails once, behind what came before', async () => {
    const stream = new EventStream<number>((emit) => {
      emit(1);
      return Promise.reject(new Error('broken'));
    });
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toThrow('broken');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('tells the work that its reader has left, and waits for its end', async () => {
    const ended: string[] = [];
    const stream = new EventStream<number>(async (emit, left) => {
      emit(1);
      await new Promise((resolve) => left.addEventListener('abort', resolve));
      await Promise.resolve();
      ended.push('work');
    });
    for await (const _event of stream) break;
    expect(ended).toEqual(['work']);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('that nobody has asked for anything does nothing', async () => {
    const work = jest.fn();
    const stream = new EventStream<number>(work);
    await stream.return();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(work).not.toHaveBeenCalled();
  });
});
