import fc from 'fast-check';
import { Registry } from 'prom-client';
import { IgnoredEvents } from '../../../src/orchestration/realtime/ignored-events';
import { EventReader } from '../../../src/orchestration/realtime/openai/event-reader';
import { PendingUpdates } from '../../../src/orchestration/realtime/openai/pending-updates';
import { ReceivedAudio } from '../../../src/orchestration/realtime/openai/received-audio';
import { Responses } from '../../../src/orchestration/realtime/openai/responses';
import type { RealtimeEvent } from '../../../src/orchestration/realtime/realtime-event';
import { runProperty } from '../../support/property';

type Wire = Readonly<Record<string, unknown>>;

/** A response as a script of events, and what must be told of it. */
interface Scripted {
  readonly id: string;
  readonly texts: readonly string[];
  readonly calls: readonly string[];
  readonly events: readonly Wire[];
}

class Reading {
  readonly told: RealtimeEvent[] = [];
  readonly responses: Responses;
  private readonly reader: EventReader;

  constructor() {
    const emit = (event: RealtimeEvent) => void this.told.push(event);
    const ignored = new IgnoredEvents(new Registry());
    const ignore = ignored.ignore.bind(ignored);
    this.responses = new Responses({ emit, ignore });
    const conversation = {
      updates: new PendingUpdates(1000),
      responses: this.responses,
      received: new ReceivedAudio(),
    };
    this.reader = new EventReader(conversation, { emit, ignore, onCreated: () => undefined });
  }

  read(event: unknown): void {
    this.reader.read(JSON.stringify(event) ?? '');
  }

  of(responseId: string): RealtimeEvent[] {
    return this.told.filter((event) => 'responseId' in event && event.responseId === responseId);
  }
}

const word = fc.string({ minLength: 1, maxLength: 6 });

/** Which of the events that tell the same come at all: each of them can be missing, as long as one is there. */
const scripted = (id: string): fc.Arbitrary<Scripted> =>
  fc
    .record({
      texts: fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 2 }),
      calls: fc.array(fc.record({ args: word, isNamed: fc.boolean(), lateName: fc.boolean() }), { maxLength: 2 }),
      hasCreated: fc.boolean(),
      hasDeltas: fc.boolean(),
      hasDone: fc.boolean(),
      hasOutput: fc.boolean(),
      preview: fc.boolean(),
    })
    .map(({ texts, calls, hasCreated, hasDeltas, hasDone, hasOutput, preview }) => {
      const kind = preview ? 'response.audio_transcript' : 'response.output_audio_transcript';
      const audio = preview ? 'response.audio.delta' : 'response.output_audio.delta';
      const events: Wire[] = hasCreated ? [{ type: 'response.created', response: { id } }] : [];
      const output: Wire[] = [];
      texts.forEach((words, index) => {
        const place = { response_id: id, item_id: `${id}.t${index}`, content_index: 0 };
        const transcript = words.join('');
        const deltas = words.flatMap((delta) => [
          { type: `${kind}.delta`, ...place, delta },
          { type: audio, ...place, delta: 'AAAA' },
        ]);
        if (hasDeltas) events.push(...deltas);
        if (hasDone) events.push({ type: `${kind}.done`, ...place, transcript });
        output.push({
          id: place.item_id,
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_audio', transcript }],
        });
      });
      calls.forEach(({ args, isNamed, lateName }, index) => {
        const item = { id: `${id}.c${index}`, type: 'function_call', call_id: `${id}.call${index}`, name: 'f' };
        const added = { type: 'response.output_item.added', response_id: id, item: { ...item, arguments: '' } };
        const done = {
          type: 'response.function_call_arguments.done',
          ...{ response_id: id, item_id: item.id, call_id: item.call_id, arguments: args },
          ...(isNamed && { name: 'f' }),
        };
        events.push(...(lateName ? [done, added] : [added, done]));
        output.push({ ...item, arguments: args, status: 'completed' });
      });
      const isTold = hasDeltas || hasDone || hasOutput;
      events.push({ type: 'response.done', response: { id, status: 'completed', ...(hasOutput && { output }) } });
      return {
        id,
        texts: isTold ? texts.map((words) => words.join('')) : [],
        calls: calls.map(({ args }) => args),
        events,
      };
    });

const noise: fc.Arbitrary<Wire> = fc.constantFrom<Wire>(
  { type: 'rate_limits.updated', rate_limits: [] },
  { type: 'input_audio_buffer.speech_started', item_id: 'u', audio_start_ms: 1 },
  { type: 'input_audio_buffer.speech_stopped', item_id: 'u', audio_end_ms: 2 },
  { type: 'conversation.item.input_audio_transcription.completed', item_id: 'u', transcript: 'Hello.' },
  { type: 'conversation.item.added', previous_item_id: null, item: { id: 'u', type: 'message', role: 'user' } },
  { type: 'conversation.item.truncated', item_id: 'x', content_index: 0, audio_end_ms: 3 },
  { type: 'session.updated', session: {} },
  { type: 'error', error: { type: 'server_error', code: 'x', message: '' } },
  { type: 'something.new' },
);

/** All of several lists, each in its own order. */
function interleaved(lists: readonly (readonly Wire[])[], picks: readonly number[]): Wire[] {
  const rests = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const all: Wire[] = [];
  for (let step = 0; rests.length > 0; step += 1) {
    const index = (picks[step % picks.length] ?? 0) % rests.length;
    const rest = rests[index] as Wire[];
    all.push(rest.shift() as Wire);
    if (rest.length === 0) rests.splice(index, 1);
  }
  return all;
}

const picks = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 40 });

describe('the events of a realtime model, in any order between responses', () => {
  it('become each response whole: its beginning, its texts, its calls, its end, once', async () => {
    const property = fc.property(
      fc.tuple(scripted('a'), scripted('b'), scripted('c')),
      fc.array(noise, { maxLength: 10 }),
      picks,
      fc.boolean(),
      (responses, others, order, isRepeated) => {
        const reading = new Reading();
        const events = interleaved([...responses.map(({ events }) => events), others], order);
        const numbered = events.map((event, index) => ({ event_id: `e${index}`, ...event }));
        for (const event of numbered) {
          reading.read(event);
          if (isRepeated) reading.read(event);
        }
        for (const { id, texts, calls } of responses) expectWhole(reading.of(id), texts, calls);
      },
    );
    await runProperty('responses are whole', property, { numRuns: 1000 });
  });

  it('tell nothing of a response after it was cancelled but its end', async () => {
    const property = fc.property(
      fc.tuple(scripted('a'), scripted('b')),
      picks,
      fc.nat(60),
      ([one, other], order, at) => {
        const reading = new Reading();
        const events = interleaved([one.events, other.events], order);
        const before = events.slice(0, at);
        before.forEach((event) => reading.read(event));
        const open = [one, other].filter(({ id }) => reading.of(id).length > 0);
        reading.responses.cancel();
        const told = reading.told.length;
        events.slice(at).forEach((event) => reading.read(event));
        for (const { id } of open) {
          const after = reading.told.slice(told).filter((event) => 'responseId' in event && event.responseId === id);
          expect(after.filter(({ type }) => type !== 'responseDone')).toEqual([]);
          expect(reading.of(id).filter(({ type }) => type === 'responseDone')).toHaveLength(1);
        }
      },
    );
    await runProperty('cancelled responses are silent', property, { numRuns: 500 });
  });

  it('may be anything at all', async () => {
    const types = [
      'error',
      'session.updated',
      'response.created',
      'response.done',
      'response.output_item.added',
      'response.output_item.done',
      'response.audio.delta',
      'response.output_audio_transcript.delta',
      'response.output_audio_transcript.done',
      'response.function_call_arguments.done',
      'conversation.item.created',
    ];
    const members = [
      'response_id',
      'item_id',
      'call_id',
      'content_index',
      'delta',
      'transcript',
      'item',
      'response',
      'error',
    ];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('a', 'b', 0, { id: 'a' }, { id: 'a', type: 'function_call' }),
    );
    const event = fc
      .tuple(fc.constantFrom(...types), fc.dictionary(fc.constantFrom(...members), value))
      .map(([type, given]) => ({ ...given, type }));
    const property = fc.property(fc.array(fc.oneof(event, fc.jsonValue()), { maxLength: 30 }), (events) => {
      const reading = new Reading();
      for (const given of events) reading.read(given);
    });
    await runProperty('nothing trips the reader', property, { numRuns: 1000 });
  });
});

function expectWhole(told: readonly RealtimeEvent[], texts: readonly string[], calls: readonly string[]): void {
  const types = told.map(({ type }) => type);
  expect(types[0]).toBe('responseStarted');
  expect(types.at(-1)).toBe('responseDone');
  expect(types.filter((type) => type === 'responseStarted' || type === 'responseDone')).toHaveLength(2);
  const done = told.flatMap((event) => (event.type === 'transcriptDone' ? [event] : []));
  expect(done.map(({ text }) => text).sort()).toEqual([...texts].sort());
  for (const { itemId, text } of done) {
    const deltas = told.flatMap((event) =>
      event.type === 'transcriptDelta' && event.itemId === itemId ? [event.text] : [],
    );
    if (deltas.length > 0) expect(deltas.join('')).toBe(text);
  }
  expect(told.flatMap((event) => (event.type === 'functionCall' ? [event.arguments] : [])).sort()).toEqual(
    [...calls].sort(),
  );
}
