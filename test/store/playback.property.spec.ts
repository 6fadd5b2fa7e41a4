import fc from 'fast-check';
import { isParleyError } from '../../src/common/parley-error';
import { applyChange } from '../../src/store/apply-change';
import { encodeOps, decodeOps } from '../../src/store/layout/batch-codec';
import type { Op, PlaybackEnd } from '../../src/store/ops';
import { playbackMessages } from '../../src/store/playback';
import type { Change } from '../../src/store/session-store';
import type { StoreHarness } from '../contract/session-store.contract';
import { runProperty } from '../support/property';
import { TOPOLOGIES } from '../support/topologies';
import { embeddedHarness } from './embedded.harness';
import { redisHarness, topologyHarness } from './redis.harness';

/** Numbers, epochs and fences are told by their distance from what is there when the step is done. */
type Step =
  | { readonly kind: 'enqueue'; readonly text: string; readonly epochsAgo: number | undefined }
  | { readonly kind: 'clear' }
  | { readonly kind: 'interrupt'; readonly value: boolean }
  | { readonly kind: 'take'; readonly offset: number; readonly consumer: string; readonly seconds: number }
  | { readonly kind: 'again'; readonly offset: number; readonly consumer: string; readonly seconds: number }
  | {
      readonly kind: 'finish';
      readonly offset: number;
      readonly consumer: string;
      readonly end: PlaybackEnd;
      readonly heard: number | undefined;
    }
  | { readonly kind: 'lease'; readonly ahead: number; readonly holder: string; readonly seconds: number }
  | { readonly kind: 'release'; readonly behind: number }
  | { readonly kind: 'fenced'; readonly behind: number }
  | { readonly kind: 'wait'; readonly seconds: number };

/** Names with all that could disturb a text that is put together by hand. */
const nameOf = fc.constantFrom('tts', '","cut",null,1,"x"]', 'a b\\"');
const numberOf = fc.integer({ min: -2, max: 2 });
const secondsOf = fc.constantFrom(1, 5, 30);

const stepOf: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('enqueue' as const),
      text: fc.constantFrom('Hello.', '","cut",null,5,"tts"]', '\u001f\\', '“ü” 😀'),
      epochsAgo: fc.option(fc.constantFrom(0, 1, -1), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('interrupt' as const), value: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      offset: fc.constantFrom(0, 0, 0, 1, -1),
      consumer: nameOf,
      seconds: secondsOf,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('again' as const),
      offset: numberOf,
      consumer: nameOf,
      seconds: secondsOf,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      offset: fc.constantFrom(-1, -1, -1, 0, -2),
      consumer: nameOf,
      end: fc.constantFrom<PlaybackEnd>('played', 'cut', 'failed'),
      heard: fc.option(fc.nat(9), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('lease' as const),
      ahead: fc.constantFrom(0, 1, 1, 2, -1),
      holder: nameOf,
      seconds: secondsOf,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), behind: fc.constantFrom(0, 0, 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fenced' as const), behind: fc.constantFrom(0, 0, 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(0.5, 7, 60) }) },
);

interface Entry {
  readonly number: number;
  readonly text: string;
  readonly epoch: number;
  state: 'waiting' | 'playing' | 'retry' | 'dropped' | PlaybackEnd;
  consumer?: string;
  until?: number;
  attempts: number;
  offset: number | null;
  /** Cut by an interruption; its consumer has not said where. */
  unexplained?: boolean;
}

/** The queue and the lease in the plainest way: a list that is walked. */
class Model {
  readonly entries: Entry[] = [];
  epoch = 0;
  interrupted = false;
  fence = 0;
  private leaseUntil = 0;
  private holder = '';

  /** The code that the step is refused with; undefined where it is done. */
  do(step: Step, now: number): string | undefined {
    switch (step.kind) {
      case 'enqueue':
        return this.enqueue(step.text, Math.max(this.epoch - (step.epochsAgo ?? 0), 0));
      case 'clear':
        return this.drop(false);
      case 'interrupt':
        this.interrupted = step.value;
        if (step.value) this.epoch += 1;
        return step.value ? this.drop(true) : undefined;
      case 'take':
        return this.take(this.target(step), step.consumer, now + step.seconds, now);
      case 'again':
        return this.held(this.target(step), step.consumer, (entry) => {
          entry.state = 'retry';
          entry.until = now + step.seconds;
        });
      case 'finish':
        return this.finish(this.target(step), step);
      case 'lease':
        return this.lease(Math.max(this.fence + step.ahead, 0), step.holder, now + step.seconds, now);
      case 'release':
        if (step.behind > 0 && this.fence > 0) return 'lease_lost';
        this.leaseUntil = 0;
        return undefined;
      case 'fenced':
        return step.behind > 0 && this.fence > 0 ? 'lease_lost' : undefined;
      case 'wait':
        return undefined;
    }
  }

  /** Steps name their message by its distance from the one that would be played next. */
  target({ offset }: { readonly offset: number }): number {
    const next = this.entries.find(({ state }) => ['waiting', 'retry', 'playing'].includes(state));
    return Math.max((next?.number ?? this.entries.length + 1) + offset + (next?.state === 'playing' ? 1 : 0), 1);
  }

  private open(): Entry[] {
    return this.entries.filter(({ state }) => state === 'waiting' || state === 'retry');
  }

  private enqueue(text: string, epoch: number): string | undefined {
    if (epoch < this.epoch) return 'epoch_passed';
    if (this.open().length >= 256) return 'playback_full';
    const number = this.entries.length + 1;
    this.entries.push({ number, text, epoch: this.epoch, state: 'waiting', attempts: 0, offset: null });
    return undefined;
  }

  private drop(playingToo: boolean): undefined {
    for (const entry of this.open()) entry.state = 'dropped';
    for (const entry of this.entries) {
      if (entry.state !== 'playing' || !playingToo) continue;
      entry.state = 'cut';
      entry.unexplained = true;
    }
  }

  private take(number: number, consumer: string, until: number, now: number): string | undefined {
    const current = this.entries.find(({ state }) => state === 'playing' || state === 'retry');
    const entry = current ?? this.entries.find(({ state }) => state === 'waiting');
    if (this.interrupted || entry?.number !== number) return 'playback_not_held';
    if (entry.state === 'retry' && (entry.until ?? 0) > now) return 'playback_not_held';
    const isAlive = entry.state === 'playing' && (entry.until ?? 0) > now;
    if (isAlive && entry.consumer !== consumer) return 'playback_not_held';
    if (!isAlive) entry.attempts += 1;
    Object.assign(entry, { state: 'playing', consumer, until });
    return undefined;
  }

  private held(number: number, consumer: string, then: (entry: Entry) => void): string | undefined {
    const entry = this.entries[number - 1];
    if (entry?.state !== 'playing' || entry.consumer !== consumer) return 'playback_not_held';
    then(entry);
    return undefined;
  }

  private finish(number: number, { consumer, end, heard }: Extract<Step, { kind: 'finish' }>): string | undefined {
    const entry = this.entries[number - 1];
    const may = entry?.state === 'playing' || entry?.unexplained;
    if (!entry || !may || entry.consumer !== consumer) return 'playback_not_held';
    // Where a cut is explained without an offset it can be explained again.
    entry.unexplained = end === 'cut' && heard === undefined;
    Object.assign(entry, { state: end, offset: heard ?? null });
    return undefined;
  }

  private lease(fence: number, holder: string, until: number, now: number): string | undefined {
    const isFree = this.leaseUntil <= now;
    const prolongs = fence === this.fence && holder === this.holder && this.leaseUntil > 0;
    if (!prolongs && !(fence === this.fence + 1 && isFree)) return 'lease_held';
    Object.assign(this, { fence, holder, leaseUntil: until });
    return undefined;
  }

  /** As a program sees what is kept: the last 16, and all that are still to be played. */
  shown() {
    const firstOpen = this.entries.find(({ state }) => ['waiting', 'retry', 'playing'].includes(state));
    const from = Math.min(this.entries.length - 15, firstOpen?.number ?? Infinity);
    return this.entries
      .filter(({ number }) => number >= from)
      .map(({ number, text, epoch, state, offset, attempts }) => ({
        number,
        text,
        epoch,
        state: state === 'waiting' || state === 'retry' ? 'queued' : state,
        offset,
        attempts: state === 'playing' || state === 'retry' ? attempts : undefined,
      }));
  }
}

function opsOf(step: Exclude<Step, { kind: 'wait' }>, model: Model, now: number): { ops: Op[]; fence?: number } {
  switch (step.kind) {
    case 'enqueue': {
      const { text, epochsAgo } = step;
      const epoch = epochsAgo === undefined ? {} : { epoch: Math.max(model.epoch - epochsAgo, 0) };
      return { ops: [{ op: 'enqueuePlayback', message: { text, locale: 'en-US', meta: { a: [] } }, ...epoch }] };
    }
    case 'clear':
      return { ops: [{ op: 'clearPlayback' }] };
    case 'interrupt':
      return { ops: [{ op: 'setInterrupted', value: step.value }] };
    case 'take':
    case 'again': {
      const { consumer, seconds, kind } = step;
      const to = kind === 'take' ? 'playing' : 'queued';
      return { ops: [{ op: 'movePlayback', number: model.target(step), consumer, to, until: now + seconds }] };
    }
    case 'finish': {
      const { consumer, end: to, heard } = step;
      const offset = heard === undefined ? {} : { offset: heard };
      return { ops: [{ op: 'movePlayback', number: model.target(step), consumer, to, ...offset }] };
    }
    case 'lease': {
      const { ahead, holder, seconds } = step;
      return { ops: [{ op: 'takeLease', fence: Math.max(model.fence + ahead, 0), until: now + seconds, holder }] };
    }
    case 'release':
      return { ops: [{ op: 'releaseLease', fence: Math.max(model.fence - step.behind, 0) }] };
    case 'fenced':
      return { ops: [], fence: Math.max(model.fence - step.behind, 0) };
  }
}

describe.each<[string, () => Promise<StoreHarness>]>([
  ['embedded', () => embeddedHarness()],
  ['Redis', () => redisHarness()],
  ...TOPOLOGIES.map(
    ([name, topology]) => [`Redis (${name})`, () => topologyHarness(topology)] satisfies [string, unknown],
  ),
])('the playback queue and the lease in the %s store', (name, open) => {
  let harness: StoreHarness;
  let unique = 0;
  beforeAll(async () => {
    harness = await open();
  });
  afterAll(() => harness.close());

  it('are those of a plain model, in the store as in a memory that follows it', async () => {
    const property = fc.asyncProperty(fc.array(stepOf, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const sessionId = `playback-${process.pid}-${(unique += 1)}`;
      await harness.store.create(sessionId, 7200, { id: 'open', ops: [] });
      const memory = await harness.peer.load(sessionId);
      const changes: Change[] = [];
      const stop = await harness.peer.watch(sessionId, (event) => event.kind === 'change' && changes.push(event));
      const model = new Model();
      for (const [index, step] of steps.entries()) {
        if (step.kind === 'wait') {
          await harness.advance(step.seconds);
          continue;
        }
        const now = harness.now();
        const batch = { id: `b${index}`, ...opsOf(step, model, now) };
        expect(decodeOps(encodeOps(batch.ops, batch.fence).text)).toEqual(batch.ops);
        const refused = await harness.store.apply(sessionId, batch).then(
          () => undefined,
          (error: unknown) => (isParleyError(error) ? error.code : error),
        );
        expect(refused).toBe(model.do(step, now));
        const { queue, interrupted, epoch } = await harness.store.readPlayback(sessionId);
        const shown = playbackMessages(queue).map(({ number, content, epoch, state, outcome, attempts }) => ({
          number,
          text: content.text,
          epoch,
          state,
          offset: outcome?.offset ?? null,
          attempts,
        }));
        expect([shown, interrupted, epoch]).toEqual([model.shown(), model.interrupted, model.epoch]);
      }
      const last = await harness.store.load(sessionId);
      while ((changes.at(-1)?.revision ?? 1) < last.revision) await new Promise((resolve) => setTimeout(resolve, 1));
      for (const change of changes) applyChange(memory, change);
      expect([memory.playback, memory.lease]).toEqual([last.playback, last.lease]);
      expect(last.lease.fence).toBe(model.fence);
      await stop();
      await harness.store.end(sessionId);
      await harness.advance(601);
    });
    await runProperty(`playback on the ${name} store`, property, { numRuns: 60 });
  }, 120_000);

  it('holds so many messages and refuses more, and keeps the last of those that are over', async () => {
    const sessionId = `playback-${process.pid}-${(unique += 1)}`;
    await harness.store.create(sessionId, 7200, { id: 'open', ops: [] });
    const say: Op = { op: 'enqueuePlayback', message: { text: 'Hello.' } };
    await harness.store.apply(sessionId, { id: 'fill', ops: Array<Op>(256).fill(say) });
    await expect(harness.store.apply(sessionId, { id: 'more', ops: [say] })).rejects.toMatchObject({
      code: 'playback_full',
      retryable: true,
    });
    await harness.store.apply(sessionId, { id: 'clear', ops: [{ op: 'clearPlayback' }, say] });
    const { queue } = await harness.store.readPlayback(sessionId);
    expect(playbackMessages(queue).map(({ number, state }) => [number, state])).toEqual([
      ...Array.from({ length: 15 }, (_, index) => [242 + index, 'dropped']),
      [257, 'queued'],
    ]);
  });
});
