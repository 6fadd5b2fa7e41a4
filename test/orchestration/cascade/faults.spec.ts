import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { ParleyError } from '../../../src/common/parley-error';
import type { TurnEvent } from '../../../src/orchestration/cascade';
import type { ChatEvent, ChatMessage, ChatRequest } from '../../../src/orchestration/models';
import { runProperty } from '../../support/property';
import { type CallProcess, CascadeHarness } from './cascade.harness';
import { call as toolCall, failing, ScriptedModel, type Step } from './scripted-model';

const SESSIONS = 10;
const TURNS = 100;
/** A turn that takes longer hangs. */
const HUNG_MS = 20_000;

const unavailable = new ParleyError('model_unavailable', 'The model is away.');
const timeout = new ParleyError('model_timeout', 'The model says nothing more.');

/** What befalls an answer of the model or a tool, a tenth of them each; the rest are well. */
const FAULTS = ['early', 'middle', 'stall', 'throws', 'slow tool', 'interrupted'] as const;
type Fault = (typeof FAULTS)[number] | 'none';
type Random = (below: number) => number;

describe('a thousand turns with faults', () => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let process: CallProcess;
  const malformed: string[] = [];
  /** How turns have ended. */
  const seen = new Set<string>();
  beforeAll(async () => {
    harness = await CascadeHarness.open();
    model = new ScriptedModel(() => []);
    process = harness.process(model);
    harness.silence();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await harness.close();
  });

  it('lose no message, double none and never hang', async () => {
    const property = fc.asyncProperty(fc.integer(), async (seed) => {
      const random = randomOf(seed);
      model.script = (request) => {
        malformed.push(...faultsOf(request));
        return answerOf(request, random);
      };
      const ids = await Promise.all(Array.from({ length: SESSIONS }, () => harness.session()));
      await Promise.all(ids.map((sessionId) => playCall(sessionId, random)));
      expect([malformed, [...seen].sort()]).toEqual([[], ['completed', 'failed', 'interrupted']]);
    });
    await runProperty('turns with faults', property, { numRuns: 1 });
  }, 300_000);

  async function playCall(sessionId: string, random: Random): Promise<void> {
    const memo = await process.memo(sessionId);
    const ends: TurnEvent[] = [];
    for (let number = 0; number < TURNS; number += 1) {
      const options = { turnId: `turn-${number}` };
      const turn = process.begin(sessionId, `words ${number}`, options);
      if (random(10) === 0) {
        while (memo.lease.holder !== options.turnId) await eventLoopTurn();
        for (let turns = random(6); turns > 0; turns -= 1) await eventLoopTurn();
        memo.setTtsInterrupted(true);
      }
      const end = await inTime(turn.ended);
      if (!end) throw new Error(`Turn ${number} has no end.`);
      ends.push(end);
    }
    await process.memos.release(memo);
    const messages = (await harness.stores.store.load(sessionId)).history;
    const all = [...messages.values()].flatMap((thread) => thread.messages).sort((one, two) => one.seq - two.seq);
    expect(all.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual(
      Array.from({ length: TURNS }, (_, number) => `words ${number}`),
    );
    // All that was said, as the history has it, is all that the turns say they said: once each, and in the same order.
    const said = ends.map(({ turnId }) => {
      const own = all.filter(({ role, meta }) => role === 'assistant' && meta?.['turn'] === turnId);
      return own.flatMap(({ content }) => content.trim() || []).join(' ');
    });
    expect(said).toEqual(ends.map(textOf));
    for (const { type } of ends) seen.add(type);
  }
});

function textOf(end: TurnEvent): string {
  if (end.type === 'completed' || end.type === 'failed') return end.reply;
  return end.type === 'interrupted' ? end.heard : '';
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('A turn hangs.')), HUNG_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function faultOf(random: Random): Fault {
  return FAULTS[random(10)] ?? 'none';
}

/** Words, tools and handoffs, as a request of any kind may be answered. */
function answerOf({ messages, tools }: ChatRequest, random: Random): Step[] {
  const fault = faultOf(random);
  if (fault === 'early') return [failing(unavailable)];
  const wanted = messages.at(-1)?.role === 'tool' ? undefined : wantedCall(tools, fault, random);
  const words = [`Answer ${random(1000)}. `, 'And ', 'more.'];
  if (fault === 'middle') return [words[0] as string, 'But', failing(unavailable)];
  if (fault === 'stall') return [words[0] as string, 'But', () => pause(5), failing(timeout)];
  return wanted ? [...words.slice(0, random(3)), wanted] : words;
}

function wantedCall(tools: ChatRequest['tools'], fault: Fault, random: Random): ChatEvent | undefined {
  const has = (name: string) => tools.some((tool) => tool.name === name);
  if (fault === 'throws' && has('fails')) return toolCall('fails');
  if (fault === 'slow tool' && has('hangs')) return toolCall('hangs');
  const handoffs = tools.filter(({ name }) => name.startsWith('handoff_'));
  const chance = random(10);
  if (chance === 0) return toolCall(handoffs[random(handoffs.length)]?.name ?? 'nothing');
  if (chance < 3) return toolCall('balance', chance === 1 ? { account: 'a' } : '{"account":');
  return undefined;
}

function pause(ms: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What an API of a language model would refuse in a request. */
function faultsOf({ messages }: ChatRequest): string[] {
  const faults: string[] = [];
  if (messages[0]?.role !== 'system') faults.push('no system prompt first');
  if (messages.slice(1).some(({ role }) => role === 'system')) faults.push('a second system prompt');
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.toolCallId)) faults.push('a result without its call');
    } else if (open.size > 0) faults.push('a call without its result');
    if (message.role !== 'tool') open = new Set(idsOf(message));
  }
  if (open.size > 0) faults.push('a call without its result at the end');
  return faults;
}

function idsOf(message: ChatMessage): string[] {
  return message.role === 'assistant' ? (message.toolCalls ?? []).map(({ id }) => id) : [];
}

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}
