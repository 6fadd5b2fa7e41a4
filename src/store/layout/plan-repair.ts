import { ParleyError } from '../../common/parley-error';
import type { RawField } from '../raw-session';
import { decodeSession } from './decode-session';
import {
  decodeHeader,
  encodeHeader,
  FIELD,
  LAYOUT_VERSION,
  LEGACY_CORE,
  LEGACY_HISTORY,
  type StoredHeader,
} from './fields';

/** What a repair changes, worked out before anything is. */
export interface RepairPlan {
  /** Fields to be kept under other names, where no reader meets them. */
  readonly moves: readonly { readonly field: RawField; readonly to: Buffer }[];
  /** The header after the repair: one revision on, so that whoever holds the session reads it again. */
  readonly header: string;
  readonly revision: number;
  readonly isHeaderRebuilt: boolean;
}

export interface RepairPlace {
  readonly sessionId: string;
  /** Where the header that says it is lost. */
  readonly ttlSeconds: number;
  /** Milliseconds since the epoch, for the names of what is taken out. */
  readonly nowMs: number;
}

/**
 * What must be taken out of a session so that the rest of it can be read.
 * @throws ParleyError `repair_refused`
 */
export function planRepair(place: RepairPlace, fields: readonly RawField[]): RepairPlan {
  const { sessionId, nowMs } = place;
  const texts = new Map(fields.map(({ name, value }) => [name.toString(), value.toString()]));
  const known = knownHeader(sessionId, texts);
  const header = known ?? rebuiltHeader(place, texts);
  const revision = header.revision + 1;
  const moves = withDependants(fields).map((field) => ({ field, to: quarantineName(field.name, nowMs) }));
  const plan = { moves, header: encodeHeader({ ...header, revision }), revision, isHeaderRebuilt: !known };
  checkRest(sessionId, plan, fields);
  return plan;
}

/** Undefined where it is lost. @throws ParleyError `repair_refused` for what is not this release's to repair */
function knownHeader(sessionId: string, texts: ReadonlyMap<string, string>): StoredHeader | undefined {
  const text = texts.get(FIELD.header);
  if (text === undefined && (texts.has(LEGACY_CORE) || texts.has(LEGACY_HISTORY))) {
    throw refused(sessionId, 'it is one of an older service, which can be exported and not repaired');
  }
  if (text !== undefined && Number(/^(\d+) /.exec(text)?.[1] ?? 0) > Number(LAYOUT_VERSION)) {
    throw refused(sessionId, 'a later release wrote it, which alone can read it');
  }
  return text === undefined ? undefined : decodeHeader(text);
}

/** The remembered batches say what the header said. @throws ParleyError `repair_refused` where there are none */
function rebuiltHeader({ sessionId, ttlSeconds }: RepairPlace, texts: ReadonlyMap<string, string>): StoredHeader {
  const receipts = [...texts].flatMap(([name, text]) => (name.startsWith('b:') ? [receiptNumbers(text)] : []));
  const known = receipts.filter((receipt) => receipt !== undefined);
  if (known.length === 0) throw refused(sessionId, 'nothing under its key says that it is a session of Parley');
  const most = (numbers: readonly number[]) => numbers.reduce((left, right) => Math.max(left, right), 0);
  const messages = [...texts.keys()].map((name) => Number(/^m:(\d+):/.exec(name)?.[1] ?? 0));
  const times = known.map(({ at }) => at);
  return {
    revision: most(known.map((receipt) => receipt.revision)),
    lastSeq: most([...messages, ...known.map((receipt) => receipt.lastSeq)]),
    ttlSeconds,
    createdAt: times.reduce((left, right) => Math.min(left, right)),
    updatedAt: most(times),
  };
}

function receiptNumbers(text: string): { revision: number; lastSeq: number; at: number } | undefined {
  const [revision, first, count, at] = text.split(' ').map(Number) as [number, number, number, number];
  const lastSeq = first + count - 1;
  return Number.isFinite(revision) && Number.isFinite(lastSeq) && Number.isFinite(at)
    ? { revision, lastSeq, at }
    : undefined;
}

/** What cannot be read, and what says nothing without it. The header is written anew and not moved by name. */
function withDependants(fields: readonly RawField[]): RawField[] {
  const lost = fields.filter(({ isReadable }) => !isReadable).map(({ name }) => name.toString());
  const belongs = (name: string) => lost.some((one) => dependantsOf(one)?.test(name));
  return fields.filter(({ name, isReadable }) => !isReadable || belongs(name.toString()));
}

/** Records that are kept by a header of their own, by the name of that header. */
function dependantsOf(name: string): RegExp | undefined {
  if (name === FIELD.agents) return /^[ae]:/;
  if (name === FIELD.playback) return /^q:/;
  if (!name.startsWith('ls:')) return undefined;
  const stage = name.slice('ls:'.length).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^l[br]:\\d+:${stage}$`);
}

function quarantineName(name: Buffer, nowMs: number): Buffer {
  return Buffer.concat([Buffer.from(FIELD.quarantined(nowMs, '')), name]);
}

/** @throws ParleyError `repair_refused` where the rest cannot be read either: then nothing is touched */
function checkRest(sessionId: string, { moves, header }: RepairPlan, fields: readonly RawField[]): void {
  const moved = new Set(moves.map(({ field }) => field));
  const rest = fields.filter((field) => !moved.has(field) && field.name.toString() !== FIELD.header);
  const pairs = [FIELD.header, header, ...rest.flatMap(({ name, value }) => [name.toString(), value.toString()])];
  try {
    decodeSession(sessionId, pairs);
  } catch {
    throw refused(sessionId, 'its fields cannot be read together, and none of them is to blame alone');
  }
}

export function refused(sessionId: string, why: string): ParleyError {
  return new ParleyError('repair_refused', `Session ${sessionId} is left as it is: ${why}.`);
}
