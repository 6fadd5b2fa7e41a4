import type { JsonObject, JsonValue } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { bucketOf } from '../latency-buckets';
import type { Op, Role } from '../ops';

/**
 * A batch as text: the form in which it goes to Redis, is fingerprinted for idempotency and is published to the
 * change feed. One form for the three means one encoding a write and no re-encoding on the server, whose JSON
 * library would lose digits and empty arrays.
 *
 * Parts end with U+001F. An operation is a head, its code letter and name, and a fixed number of parts behind it:
 *
 *   a<agent>  at|''  `"role","content"[,meta]]`     append        (the rest of the stored message array)
 *   t<seq>    content                               truncate
 *   h<agent> / H                                    clearHistory
 *   p<agent>  content                               systemPrompt
 *   c<key>    value                                 setContext
 *   m<key>    value                                 mergeContext
 *   d<key>                                          deleteContext
 *   s<n>      n times: name, value                  setSlots
 *   o<tool>   output                                setToolOutput
 *   i0 / i1                                         setInterrupted
 *   g<agent as JSON text>                           setActiveAgent
 *   l<stage>  bucket  at|''  `seconds[,run[,meta]]]` recordLatency (the rest of the stored sample array)
 *
 * Contents, values and outputs are JSON texts, in which U+001F can only stand escaped; names can't hold it.
 */
const END = '\u001f';
const CONTROL = /[\u0000-\u001f]/;

export function encodeOps(ops: readonly Op[]): string {
  let text = '';
  for (const op of ops) text += encodeOp(op);
  return text;
}

function encodeOp(op: Op): string {
  switch (op.op) {
    case 'append': {
      const meta = op.meta === undefined ? '' : ',' + JSON.stringify(op.meta);
      return `a${name(op.agent)}${END}${op.at ?? ''}${END}"${op.role}",${JSON.stringify(op.content)}${meta}]${END}`;
    }
    case 'truncate':
      return `t${op.seq}${END}${JSON.stringify(op.content)}${END}`;
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
      return op.value ? `i1${END}` : `i0${END}`;
    case 'setActiveAgent':
      return `g${JSON.stringify(op.agent)}${END}`;
    case 'recordLatency': {
      const meta = op.meta === undefined ? '' : ',' + JSON.stringify(op.meta);
      const run = op.run === undefined ? meta && ',null' : ',' + JSON.stringify(op.run);
      return `l${name(op.stage)}${END}${bucketOf(op.seconds)}${END}${op.at ?? ''}${END}${op.seconds}${run}${meta}]${END}`;
    }
  }
}

function encodeSlots(slots: JsonObject): string {
  const names = Object.keys(slots);
  let text = `s${names.length}${END}`;
  for (const slot of names) text += `${name(slot)}${END}${JSON.stringify(slots[slot])}${END}`;
  return text;
}

/** The last guard of the separator, for programs that bypass validation. */
function name(value: string): string {
  if (CONTROL.test(value)) throw new ParleyError('validation_failed', 'A name holds a control character.');
  return value;
}

/** The inverse of {@link encodeOps}. */
export function decodeOps(text: string): Op[] {
  const parts = text.split(END);
  const ops: Op[] = [];
  let at = 0;
  const next = (): string => parts[at++] ?? '';
  const json = (): JsonValue => JSON.parse(next()) as JsonValue;
  // The text ends with a separator, so the last part is empty and no operation.
  while (at < parts.length - 1) ops.push(decodeOp(next(), next, json));
  return ops;
}

function decodeOp(head: string, next: () => string, json: () => JsonValue): Op {
  const rest = head.slice(1);
  switch (head[0]) {
    case 'a': {
      const at = next();
      const [role, content, meta] = JSON.parse('[' + next()) as [Role, string, JsonObject?];
      return { op: 'append', agent: rest, role, content, ...(at && { at: Number(at) }), ...(meta && { meta }) };
    }
    case 't':
      return { op: 'truncate', seq: Number(rest), content: json() as string };
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
    case 'l': {
      next(); // the bucket follows from the seconds
      const at = next();
      const [seconds, run, meta] = JSON.parse('[' + next()) as [number, (string | null)?, JsonObject?];
      return {
        op: 'recordLatency',
        stage: rest,
        seconds,
        ...(at && { at: Number(at) }),
        ...(run != null && { run }),
        ...(meta && { meta }),
      };
    }
    default:
      throw new ParleyError('session_corrupt', 'A notification of the change feed cannot be read.');
  }
}

function decodeSlots(count: number, next: () => string, json: () => JsonValue): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (let index = 0; index < count; index += 1) entries.push([next(), json()]);
  // fromEntries defines own properties: a slot called `__proto__` stays data.
  return Object.fromEntries(entries);
}
