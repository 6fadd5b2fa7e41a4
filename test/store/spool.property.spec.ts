import fc from 'fast-check';
import { isSpooled } from '../../src/store/session-writes';
import { LossyStore, type WriteFault } from '../memo/lossy-store';
import { runProperty } from '../support/property';
import { RedisServer } from '../support/redis-server';
import { redisProcess, type RedisProcess } from './redis-process';
import { openSpooling, said, say, spoolFolder } from './spool.harness';

const SESSIONS = ['one', 'two'] as const;
type Session = (typeof SESSIONS)[number];

type Step =
  | { readonly kind: 'write'; readonly session: Session }
  /** The last write of the session once more, as a client does that has lost the answer. */
  | { readonly kind: 'again'; readonly session: Session }
  /** What befalls the next writes to the store, whoever makes them. */
  | { readonly kind: 'break'; readonly faults: readonly WriteFault[] }
  /** Replays; nobody waits for it where it runs beside the next steps. */
  | { readonly kind: 'replay'; readonly beside: boolean }
  /** Another process takes the folder over. */
  | { readonly kind: 'restart' };

const session = fc.constantFrom(...SESSIONS);
const fault = fc.constantFrom<WriteFault>('unsent', 'unanswered');
const stepOf: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('write' as const), session }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), session }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('break' as const),
      faults: fc.array(fault, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replay' as const), beside: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

describe('a spool over a bad network', () => {
  let server: RedisServer;
  let own: RedisProcess;
  let spooled = 0;
  beforeAll(async () => {
    server = await RedisServer.start();
    own = await redisProcess(server.url);
  }, 30_000);
  afterAll(async () => {
    own.disconnect();
    await server.stop();
  });

  let runs = 0;
  async function play(steps: readonly Step[]): Promise<void> {
    const run = (runs += 1);
    const idOf = (name: Session) => `${name}-${run}`;
    const place = spoolFolder();
    const lossy = new LossyStore(own.store);
    for (const name of SESSIONS) await own.store.create(idOf(name), 3600, { id: 'open', ops: [] });
    let spooling = await openSpooling(lossy, place.folder);
    let beside: Promise<void> = Promise.resolve();
    const accepted: Record<Session, string[]> = { one: [], two: [] };
    const write = async (name: Session, content: string) => {
      const answer = await spooling.store.write(idOf(name), { id: content, ops: [say(content)] });
      if (isSpooled(answer)) spooled += 1;
    };

    for (const step of steps) {
      if (step.kind === 'break') lossy.breakWrites(step.faults);
      if (step.kind === 'write') {
        const content = String(accepted[step.session].length);
        await write(step.session, content);
        accepted[step.session].push(content);
      }
      if (step.kind === 'again') {
        const last = accepted[step.session].at(-1);
        if (last !== undefined) await write(step.session, last);
      }
      if (step.kind === 'replay') {
        beside = Promise.all([beside, spooling.replay.run()]).then(() => undefined);
        if (!step.beside) await beside;
      }
      if (step.kind === 'restart') {
        await beside;
        await spooling.spool.close();
        spooling = await openSpooling(lossy, place.folder);
      }
    }
    await beside;
    lossy.heal();
    while (spooling.spool.figures.entries > 0) await spooling.replay.run();
    expect(spooling.spool.figures).toEqual({ entries: 0, bytes: 0, deadLetters: 0 });
    for (const name of SESSIONS) expect(await said(own.store, idOf(name))).toEqual(accepted[name]);
    await spooling.spool.close();
    place.remove();
  }

  it('brings over once, and in order, all that was answered', async () => {
    const property = fc.asyncProperty(fc.array(stepOf, { minLength: 5, maxLength: 40 }), play);
    await runProperty('spool', property, { numRuns: 40 });
    // The faults do reach writes.
    expect(spooled).toBeGreaterThan(40);
  }, 240_000);
});
