import type { JsonObject, JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { type AgentRecord, decodeAgentHeader, experimentOf, type StoredExperiment } from '../agent-state';
import type { Role } from '../ops';
import { decodeLease } from '../lease';
import { RECENT_SAMPLES } from '../session-store';
import {
  cutMessage,
  emptyState,
  type Heard,
  type LatencyRun,
  type LatencySample,
  type Message,
  type SessionState,
  type StageStats,
  type TimelineEvent,
} from '../session-state';
import { emptyStats } from '../stage-stats';
import { decodeHeader, FIELD, LAYOUT_VERSION } from './fields';
import { decodePlayback, decodePlaybackHeader } from './playback-queue';
import { decodeRun } from './runs';
import { decodeEvent, type StoredEvent } from './timeline';

export type StoredMessage = readonly [
  at: number | null,
  role: Role,
  content: string,
  meta?: JsonObject | null | undefined,
];
export type StoredSample = readonly [
  /** Seconds since the epoch; in a list with what was in effect, where anything was. */
  at: number | readonly [at: number, agent: string | null, agentsRevision: number, experiment: StoredExperiment],
  seconds: number,
  run?: string | null,
  meta?: JsonObject | null | undefined,
];
export type StoredPrompt = readonly [at: number | null, content: string, meta?: JsonObject | null | undefined];

/**
 * Builds a session from its fields, `[name, value, name, value, …]` in any order.
 *
 * All JSON texts are joined and parsed in one call: a thousand small parses cost several times one large one.
 * @throws ParleyError `session_corrupt`
 */
export function decodeSession(sessionId: string, fields: readonly string[]): SessionState {
  return decodeStored(sessionId, () => {
    const decoder = new SessionDecoder(sessionId);
    for (let index = 0; index + 1 < fields.length; index += 2) {
      decoder.add(fields[index] as string, fields[index + 1] as string);
    }
    return decoder.finish();
  });
}

/** The parser's own messages quote what they read, so neither they nor the values become part of the error. */
export function corrupt(sessionId: string, what: string): ParleyError {
  return new ParleyError('session_corrupt', `Session ${sessionId} holds ${what}.`);
}

type Sink = (value: JsonValue) => void;

export class SessionDecoder {
  private header = '';
  private agentHeader: string | undefined;
  private readonly agentRecords = new Map<string, AgentRecord>();
  private readonly texts: string[] = [];
  private readonly sinks: (Sink | number)[] = [];
  private readonly agents: string[] = [];
  private readonly messages: { agent: string; message: Message }[] = [];
  private readonly heard = new Map<number, Heard>();
  private readonly events: { revision: number; index: number; event: TimelineEvent }[] = [];
  private readonly recent = new Map<string, { index: number; sample: LatencySample }[]>();
  private readonly runs: { index: number; run: LatencyRun }[] = [];
  private readonly state: SessionState;

  constructor(private readonly sessionId: string) {
    this.state = emptyState(sessionId);
  }

  add(field: string, value: string): void {
    if (field.charCodeAt(1) === 58 /* : */) this.addNamed(field, value);
    else if (field.charCodeAt(2) === 58 && field.charCodeAt(0) === 108 /* l */) this.addLatency(field, value);
    else if (field === FIELD.header) this.header = value;
    else if (field === FIELD.agents) this.agentHeader = value;
    else if (field === FIELD.epoch) this.state.epoch = wholeNumber(value);
    else if (field === FIELD.playback) this.state.playback.header = decodePlaybackHeader(value);
    else if (field === FIELD.lease) this.state.lease = decodeLease(value);
  }

  private addNamed(field: string, value: string): void {
    switch (field[0]) {
      case 'm': {
        const colon = field.indexOf(':', 2);
        this.agents.push(field.slice(colon + 1));
        this.parseLater(value, Number(field.slice(2, colon)));
        break;
      }
      case 'c':
        this.parseLater(value, (json) => this.state.context.set(field.slice(2), json));
        break;
      case 's':
        this.parseLater(value, (json) => this.state.slots.set(field.slice(2), json));
        break;
      case 'o':
        this.parseLater(value, (json) => this.state.toolOutputs.set(field.slice(2), json));
        break;
      case 't':
        this.parseLater(value, (json) => this.heard.set(Number(field.slice(2)), decodeHeard(json)));
        break;
      case 'p':
        this.parseLater(value, (json) => this.setPrompt(field.slice(2), json));
        break;
      case 'b':
        this.state.batchIds.add(field.slice(2));
        break;
      case 'v':
        this.parseLater(value, (json) => this.addEvent(field.slice(2), json as unknown as StoredEvent));
        break;
      case 'q':
        this.parseLater(value, (json) =>
          this.state.playback.messages.set(Number(field.slice(2)), decodePlayback(json)),
        );
        break;
      case 'a':
        this.parseLater(value, (json) => this.agentRecords.set(field.slice(2), decodeAgentRecord(json)));
        break;
      default: // `y:` and `r:` serve the writer alone, `e:` and `f:` are read when somebody asks for what has happened
        break;
    }
  }

  private addLatency(field: string, value: string): void {
    const rest = field.slice(3);
    switch (field[1]) {
      case 's':
        Object.assign(this.stage(rest), parseStats(value));
        break;
      case 'b': {
        const colon = rest.indexOf(':');
        this.stage(rest.slice(colon + 1)).buckets.set(Number(rest.slice(0, colon)), wholeNumber(value));
        break;
      }
      case 'r': {
        const colon = rest.indexOf(':');
        const index = Number(rest.slice(0, colon));
        const stage = rest.slice(colon + 1);
        this.parseLater(value, (json) => this.addSample(stage, index, json as unknown as StoredSample));
        break;
      }
      case 'g':
        this.parseLater(value, (json) => this.addOlderRun(rest, json as object));
        break;
      case 'u':
        this.runs.push(decodeRun(rest, value));
        break;
      default:
        break;
    }
  }

  /** A number as sink stands for a message with that sequence number: no closure for each of thousands. */
  private parseLater(text: string, sink: Sink | number): void {
    this.texts.push(text);
    this.sinks.push(sink);
  }

  finish(): SessionState {
    this.finishFields();
    this.fillMeta();
    return this.state;
  }

  /** All but the headers, which need each other. @throws any error for what cannot be read */
  finishFields(): void {
    const values = this.parseAll();
    let messageIndex = 0;
    for (let index = 0; index < values.length; index += 1) {
      const sink = this.sinks[index] as Sink | number;
      const value = values[index] as JsonValue;
      if (typeof sink === 'number') {
        const message = decodeMessage(sink, value);
        this.messages.push({ agent: this.agents[messageIndex++] as string, message });
      } else sink(value);
    }
    this.fillThreads();
    for (const [stage, samples] of this.recent) this.fillRecent(stage, samples);
    this.runs.sort((left, right) => left.index - right.index);
    this.state.runs.push(...this.runs.map(({ run }) => run));
    this.events.sort((left, right) => left.revision - right.revision || left.index - right.index);
    for (const { event } of this.events) this.state.timeline.push(event);
  }

  private parseAll(): JsonValue[] {
    const values = parseList(this.texts);
    // A field such as `1,2` is no JSON on its own but would shift all that follow.
    if (values?.length !== this.texts.length) throw corrupt(this.sessionId, 'a field that is not JSON');
    return values;
  }

  private fillThreads(): void {
    this.messages.sort((left, right) => left.message.seq - right.message.seq);
    for (const { agent, message } of this.messages) {
      const heard = this.heard.get(message.seq);
      this.thread(agent).messages.push(heard === undefined ? message : cutMessage(message, heard));
    }
  }

  private setPrompt(agent: string, stored: JsonValue): void {
    this.thread(agent).prompt = decodePrompt(stored);
  }

  private thread(agent: string) {
    let thread = this.state.history.get(agent);
    if (!thread) this.state.history.set(agent, (thread = { prompt: undefined, messages: [] }));
    return thread;
  }

  private stage(name: string): StageStats {
    let stats = this.state.latency.get(name);
    if (!stats) this.state.latency.set(name, (stats = emptyStats()));
    return stats;
  }

  private addSample(stage: string, index: number, stored: StoredSample): void {
    let samples = this.recent.get(stage);
    if (!samples) this.recent.set(stage, (samples = []));
    samples.push({ index, sample: decodeSample(stored) });
  }

  private addEvent(place: string, stored: StoredEvent): void {
    const [revision, index] = place.split(':').map(Number) as [number, number];
    this.events.push({ revision, index, event: decodeEvent(stored) });
  }

  /** Stands before all runs of ours. */
  private addOlderRun(name: string, run: object): void {
    const colon = name.indexOf(':');
    const index = Number(name.slice(0, colon)) - Number.MAX_SAFE_INTEGER;
    this.runs.push({ index, run: { id: name.slice(colon + 1), ...run } as LatencyRun });
  }

  /** The ring's oldest entry stands where the next sample will be written. */
  private fillRecent(stage: string, samples: { index: number; sample: LatencySample }[]): void {
    const stats = this.stage(stage);
    const age = (index: number) => (index - stats.count + stats.count * RECENT_SAMPLES) % RECENT_SAMPLES;
    samples.sort((left, right) => age(left.index) - age(right.index));
    stats.recent.push(...samples.map(({ sample }) => sample));
  }

  private fillMeta(): void {
    const header = decodeHeader(this.header);
    if (!header)
      throw corrupt(this.sessionId, `no header of layout version ${LAYOUT_VERSION}, which this release reads`);
    Object.assign(this.state, header, { expiresAt: header.updatedAt + header.ttlSeconds });
    if (this.agentHeader === undefined) return;
    const { changes, revision, digest, experiment } = decodeAgentHeader(this.agentHeader);
    this.state.agents = { changes, revision, digest, experiment, records: this.agentRecords };
  }
}

function parseList(texts: readonly string[]): JsonValue[] | undefined {
  try {
    return JSON.parse(`[${texts.join(',')}]`) as JsonValue[];
  } catch {
    return undefined;
  }
}

/** @throws TypeError for what is no message */
export function decodeMessage(seq: number, value: JsonValue): Message {
  const [at, role, content, meta] = value as unknown as StoredMessage;
  if (typeof role !== 'string' || typeof content !== 'string') throw new TypeError('no message');
  return meta == null ? { seq, role, content, at } : { seq, role, content, at, meta };
}

/** @throws TypeError for what is no prompt */
export function decodePrompt(value: JsonValue): Message {
  const [at, content, meta] = value as unknown as StoredPrompt;
  return decodeMessage(0, [at, 'system', content, meta ?? null]);
}

/** Decodes what was stored. Parsers and their like quote what they meet, so nothing of their errors goes on. */
export function decodeStored<T>(sessionId: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof ParleyError ? error : corrupt(sessionId, 'a field of another form than its name says');
  }
}

/** Parses one stored value; undefined where there is none. @throws ParleyError `session_corrupt` */
export function parseStored(sessionId: string, text: string | null | undefined): JsonValue | undefined {
  return text == null ? undefined : decodeStored(sessionId, () => JSON.parse(text) as JsonValue);
}

/** @throws TypeError for what is no sample */
export function decodeSample([stamp, seconds, run, meta]: StoredSample): LatencySample {
  if (typeof seconds !== 'number') throw new TypeError('no sample');
  const more = { ...(run != null && { run }), ...(meta && { meta }) };
  if (typeof stamp === 'number') return { seconds, at: stamp, ...more };
  const [at, agent, agentsRevision, experiment] = stamp;
  return { seconds, at, ...more, inEffect: { agent, agentsRevision, experiment: experimentOf(experiment) } };
}

function decodeAgentRecord(stored: JsonValue): AgentRecord {
  const [revision, value] = stored as unknown as [number, JsonValue];
  if (typeof revision !== 'number' || value === undefined) throw new TypeError('no record');
  return { revision, value };
}

/** @throws TypeError for what is no figures */
export function parseStats(text: string): Pick<StageStats, 'count' | 'total' | 'min' | 'max'> {
  const figures = text.split(' ').map(Number) as [number, number, number, number];
  if (figures.length !== 4 || !figures.every(Number.isFinite)) throw new TypeError('no figures of a stage');
  const [count, total, min, max] = figures;
  return { count, total, min, max };
}

/** @throws TypeError for what is none */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError('no number');
  return Number(text);
}

/** @throws TypeError for what says nothing of what was heard */
function decodeHeard(stored: JsonValue): Heard {
  const [part, cause] = Array.isArray(stored) ? (stored as readonly JsonValue[]) : [stored, null];
  const isPart = typeof part === 'string' || (typeof part === 'number' && Array.isArray(stored));
  if (!isPart || (cause !== null && typeof cause !== 'string')) throw new TypeError('nothing heard');
  return stored as unknown as Heard;
}
