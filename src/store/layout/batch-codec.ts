import type { JsonObject, JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { encodeExperiment, experimentOf, type StoredExperiment } from '../agent-state';
import { bucketOf } from '../latency-buckets';
import type { ChangeAgentsOp, Op, OpOf, PlaybackContent, PlaybackMove, Role } from '../ops';
import { cutTo } from '../session-state';
import { FIELD } from './fields';

/**
 * A batch as text: the form in which it goes to Redis, is fingerprinted for idempotency and is published to the
 * change feed. One form for the three means one encoding a write and no re-encoding on the server, whose JSON
 * library would lose digits and empty arrays.
 *
 * Parts end with U+001F. An operation is a head, its code letter and name, and a fixed number of parts behind it:
 *
 *   a<agent>  `[at],"role","content"[,meta]]`       append        (the stored message, but for its bracket)
 *   y<agent>  likewise                              append        (of a system message)
 *   t<seq>    content, or [content,cause]           truncate
 *   h<agent> / H                                    clearHistory
 *   p<agent>  content                               systemPrompt
 *   c<key>    value                                 setContext
 *   m<key>    value                                 mergeContext
 *   d<key>                                          deleteContext
 *   s<n>      n times: name, value                  setSlots
 *   o<tool>   output                                setToolOutput
 *   i0 / i1                                         setInterrupted
 *   u[seq]    [heard], [cause]                      setInterrupted (true, with what was spoken or a cause)
 *   T<seq>    likewise, epoch                       truncate (with an epoch)
 *   g<agent as JSON text>                           setActiveAgent
 *   l<stage>  `figures counter [at] seconds[,run[,meta]]`  recordLatency (positions of two fields to read)
 *   Q[epoch]  content                               enqueuePlayback
 *   k                                               clearPlayback
 *   j<number> consumer, to, [until], [offset]       movePlayback
 *   e<fence>  until, holder                         takeLease
 *   E<fence>                                        releaseLease
 *   F<fence>                                        of the whole batch: the lease under which it was made
 *   x<after>  keep, keepBytes, digest, experiment, entry, n, n times: name, value or nothing  changeAgents
 *
 * Contents, values and outputs are JSON texts, in which U+001F can only stand escaped; names can't hold it.
 */
const END = '\u001f';
const CONTROL = /[\u0000-\u001f]/;

export interface EncodedBatch {
  readonly text: string;
  /** Fields of the store that the batch adds to; latency operations name them by their position, from 1. */
  readonly reads: readonly string[];
  /** How often the caller says something in the batch; where that is more than never, the last read is their count. */
  readonly turns: number;
}

export function encodeOps(ops: readonly Op[], fence?: number): EncodedBatch {
  const reads: string[] = [];
  let text = fence === undefined ? '' : `F${fence}${END}`;
  let turns = 0;
  for (const op of ops) {
    text += op.op === 'recordLatency' ? encodeLatency(op, reads) : encodeOp(op);
    if (op.op === 'append' && op.role === 'user') turns += 1;
  }
  if (turns > 0) reads.push(FIELD.turns);
  return { text, reads, turns };
}

function encodeOp(op: Exclude<Op, OpOf<'recordLatency'>>): string {
  switch (op.op) {
    case 'append': {
      const meta = op.meta === undefined ? '' : ',' + JSON.stringify(op.meta);
      const code = op.role === 'system' ? 'y' : 'a';
      return `${code}${name(op.agent)}${END}${op.at ?? ''},"${op.role}",${JSON.stringify(op.content)}${meta}]${END}`;
    }
    case 'truncate':
      if (op.epoch !== undefined) return `T${op.seq}${END}${JSON.stringify(cutTo(op))}${END}${op.epoch}${END}`;
      return `t${op.seq}${END}${JSON.stringify(cutTo(op))}${END}`;
    case 'clearHistory':
      return op.agent === undefined ? `H${END}` : `h${name(op.agent)}${END}`;
    case 'systemPrompt':
      return `p${name(op.agent)}${END}${JSON.stringify(op.content)}${END}`;
    case 'setContext':
      return `c${name(op.key)}${END}${JSON.stringify(op.value)}${END}`;
    case 'mergeContext':
      return `m${name(op.key)}${END}${JSON.stringify(op.value)}${END}`;
    case 'deleteContext':
      return `d${name(op.key)}${END}`;
    case 'setSlots':
      return encodeSlots(op.slots);
    case 'setToolOutput':
      return `o${name(op.tool)}${END}${JSON.stringify(op.output)}${END}`;
    case 'setInterrupted':
      return encodeInterruption(op);
    case 'setActiveAgent':
      return `g${JSON.stringify(op.agent)}${END}`;
    case 'enqueuePlayback':
      return `Q${op.epoch ?? ''}${END}${JSON.stringify(op.message)}${END}`;
    case 'clearPlayback':
      return `k${END}`;
    case 'movePlayback': {
      const figures = 'until' in op ? [op.until, ''] : ['', op.offset ?? ''];
      return [`j${op.number}`, JSON.stringify(op.consumer), op.to, ...figures, ''].join(END);
    }
    case 'takeLease':
      return `e${op.fence}${END}${op.until}${END}${JSON.stringify(op.holder)}${END}`;
    case 'releaseLease':
      return `E${op.fence}${END}`;
    case 'changeAgents':
      return encodeAgents(op);
  }
}

function encodeLatency({ stage, seconds, at, run, meta }: OpOf<'recordLatency'>, reads: string[]): string {
  const figures = positionOf(FIELD.stageStats(name(stage)), reads);
  const counter = positionOf(FIELD.stageBucket(bucketOf(seconds), stage), reads);
  const metaText = meta === undefined ? '' : ',' + JSON.stringify(meta);
  const runText = run === undefined ? metaText && ',null' : ',' + JSON.stringify(run);
  return `l${stage}${END}${figures} ${counter} ${at ?? ''} ${seconds}${runText}${metaText}${END}`;
}

function positionOf(field: string, reads: string[]): number {
  const index = reads.indexOf(field);
  return index >= 0 ? index + 1 : reads.push(field);
}

function encodeSlots(slots: JsonObject): string {
  const names = Object.keys(slots);
  let text = `s${names.length}${END}`;
  for (const slot of names) text += `${name(slot)}${END}${JSON.stringify(slots[slot])}${END}`;
  return text;
}

function encodeInterruption({ value, cause, spoken }: OpOf<'setInterrupted'>): string {
  if (!value) return `i0${END}`;
  if (cause === undefined && !spoken) return `i1${END}`;
  const heard = spoken ? JSON.stringify(spoken.content ?? spoken.characters) : '';
  return `u${spoken?.seq ?? ''}${END}${heard}${END}${cause === undefined ? '' : JSON.stringify(cause)}${END}`;
}

function encodeAgents({ after, keep, keepBytes, digest, experiment, entry, records }: ChangeAgentsOp): string {
  const names = Object.keys(records);
  const head = [
    `x${after}`,
    keep,
    keepBytes,
    digest,
    encodeExperiment(experiment),
    JSON.stringify(entry),
    names.length,
  ];
  let text = head.join(END) + END;
  for (const record of names) {
    const value = records[record];
    text += `${name(record)}${END}${value === null ? '' : JSON.stringify(value)}${END}`;
  }
  return text;
}

/** The last guard of the separator, for programs that bypass validation. */
function name(value: string): string {
  if (CONTROL.test(value)) throw new ParleyError('validation_failed', 'A name holds a control character.');
  return value;
}

/** What is stored of the cut: see {@link cutTo}. */
function cutOf(heard: JsonValue): Pick<OpOf<'truncate'>, 'content' | 'cause'> {
  if (!Array.isArray(heard)) return { content: heard as string };
  const [content, cause] = heard as [string, string];
  return { content, cause };
}

type AppendParts = [at: number | null, role: Role, content: string, meta?: JsonObject];

/** The inverse of {@link encodeOps}. */
export function decodeOps(text: string): Op[] {
  const parts = text.split(END);
  const ops: Op[] = [];
  let at = 0;
  const next = (): string => parts[at++] ?? '';
  const json = (): JsonValue => JSON.parse(next()) as JsonValue;
  // What lease a batch was made under is no change of the session.
  if (text.startsWith('F')) at = 1;
  // The text ends with a separator, so the last part is empty and no operation.
  while (at < parts.length - 1) ops.push(decodeOp(next(), next, json));
  return ops;
}

function decodeOp(head: string, next: () => string, json: () => JsonValue): Op {
  const rest = head.slice(1);
  switch (head[0]) {
    case 'a':
    case 'y': {
      const text = next();
      const [at, role, content, meta] = JSON.parse(text.startsWith(',') ? `[null${text}` : `[${text}`) as AppendParts;
      return { op: 'append', agent: rest, role, content, ...(at !== null && { at }), ...(meta && { meta }) };
    }
    case 't':
      return { op: 'truncate', seq: Number(rest), ...cutOf(json()) };
    case 'T':
      return { op: 'truncate', seq: Number(rest), ...cutOf(json()), epoch: Number(next()) };
    case 'u':
      return decodeInterruption(rest, next(), next());
    case 'h':
      return { op: 'clearHistory', agent: rest };
    case 'H':
      return { op: 'clearHistory' };
    case 'p':
      return { op: 'systemPrompt', agent: rest, content: json() as string };
    case 'c':
      return { op: 'setContext', key: rest, value: json() };
    case 'm':
      return { op: 'mergeContext', key: rest, value: json() as JsonObject };
    case 'd':
      return { op: 'deleteContext', key: rest };
    case 's':
      return { op: 'setSlots', slots: decodeSlots(Number(rest), next, json) };
    case 'o':
      return { op: 'setToolOutput', tool: rest, output: json() };
    case 'i':
      return { op: 'setInterrupted', value: rest === '1' };
    case 'g':
      return { op: 'setActiveAgent', agent: JSON.parse(rest) as string };
    case 'l':
      return decodeLatency(rest, next());
    case 'Q': {
      const message = json() as unknown as PlaybackContent;
      return { op: 'enqueuePlayback', message, ...(rest !== '' && { epoch: Number(rest) }) };
    }
    case 'k':
      return { op: 'clearPlayback' };
    case 'j':
      return decodeMove(Number(rest), json() as string, next(), next(), next());
    case 'e':
      return { op: 'takeLease', fence: Number(rest), until: Number(next()), holder: json() as string };
    case 'E':
      return { op: 'releaseLease', fence: Number(rest) };
    case 'x':
      return decodeAgents(Number(rest), next, json);
    default:
      throw new ParleyError('session_corrupt', 'A notification of the change feed cannot be read.');
  }
}

function decodeInterruption(seq: string, heard: string, cause: string): Op {
  const part = heard === '' ? undefined : (JSON.parse(heard) as string | number);
  const spoken = typeof part === 'string' ? { content: part } : { characters: part as number };
  return {
    op: 'setInterrupted',
    value: true,
    ...(cause !== '' && { cause: JSON.parse(cause) as string }),
    ...(seq !== '' && { spoken: { seq: Number(seq), ...spoken } }),
  };
}

function decodeMove(number: number, consumer: string, to: string, until: string, offset: string): Op {
  const move = until !== '' ? { to, until: Number(until) } : { to, ...(offset !== '' && { offset: Number(offset) }) };
  return { op: 'movePlayback', number, consumer, ...(move as PlaybackMove) };
}

function decodeLatency(stage: string, text: string): Op {
  // The positions in front serve the writer alone.
  const [, at, sample] = /^\S+ \S+ (\S*) (.*)$/s.exec(text) as unknown as [string, string, string];
  const [seconds, run, meta] = JSON.parse(`[${sample}]`) as [number, (string | null)?, JsonObject?];
  return {
    op: 'recordLatency',
    stage,
    seconds,
    ...(at && { at: Number(at) }),
    ...(run != null && { run }),
    ...(meta && { meta }),
  };
}

function decodeSlots(count: number, next: () => string, json: () => JsonValue): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (let index = 0; index < count; index += 1) entries.push([next(), json()]);
  // fromEntries defines own properties: a slot called `__proto__` stays data.
  return Object.fromEntries(entries);
}

function decodeAgents(after: number, next: () => string, json: () => JsonValue): Op {
  const keep = Number(next());
  const keepBytes = Number(next());
  const digest = next();
  const experiment = experimentOf(json() as StoredExperiment);
  const entry = json() as JsonObject;
  const records: [string, JsonValue][] = [];
  for (let left = Number(next()); left > 0; left -= 1) {
    const record = next();
    const text = next();
    records.push([record, text === '' ? null : (JSON.parse(text) as JsonValue)]);
  }
  return {
    op: 'changeAgents',
    after,
    keep,
    keepBytes,
    digest,
    experiment,
    entry,
    records: Object.fromEntries(records),
  };
}
