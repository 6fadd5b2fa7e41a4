import { isJsonObject, type JsonValue } from '../common/json';
import type { AppliedBatch } from '../store/applied-batches';
import type { ExperimentTag, Op } from '../store/ops';
import type { OverviewQuery, Receipt, SessionOverview } from '../store/session-store';

/** The stage whose last sample is shown. */
export const SHOWN_STAGE = 'turn_e2e';

/** What is known of a session, and told between processes. Never changed, only replaced. */
export interface FleetFacts {
  readonly sessionId: string;
  readonly revision: number;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly ttlSeconds: number | null;
  readonly activeAgent: string | null;
  readonly experiment: ExperimentTag | null;
  readonly turns: number;
  readonly interruptions: number;
  readonly lastSeconds: number | null;
  readonly shown: ShownContext;
}

/** What is shown of the context, by the keys it is read from. */
export interface ShownContext {
  readonly client_id: string | null;
  readonly caller_name: string | null;
  /** Of all the profile the end of the telephone number. */
  readonly session_profile: string | null;
  readonly degraded: boolean;
}

type ShownKey = keyof ShownContext;

const READ: { readonly [K in ShownKey]: (value: JsonValue | undefined) => ShownContext[K] } = {
  client_id: textOf,
  caller_name: textOf,
  session_profile: (value) => textOf(memberOf(memberOf(value, 'contact_info'), 'phone_last_4')),
  degraded: (value) => value === true,
};
const SHOWN_KEYS = Object.keys(READ) as ShownKey[];

/** What is read of a session of which nothing is known. */
export const FACTS_QUERY: OverviewQuery = { contextKeys: SHOWN_KEYS, stage: SHOWN_STAGE };

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function factsOf({ expiresAt, lastSample, context, ...overview }: SessionOverview): FleetFacts {
  const { updatedAt } = overview;
  const ttlSeconds = expiresAt === null || updatedAt === null ? null : expiresAt - updatedAt;
  return { ...overview, ttlSeconds, lastSeconds: lastSample, shown: shownOf((key) => context.get(key)) };
}

function shownOf(valueOf: (key: ShownKey) => JsonValue | undefined): ShownContext {
  return Object.fromEntries(SHOWN_KEYS.map((key) => [key, READ[key](valueOf(key))])) as unknown as ShownContext;
}

/** A session of which nothing has been applied yet. */
function newFacts(sessionId: string, createdAt: number, ttlSeconds: number): FleetFacts {
  return {
    ...{ sessionId, createdAt, ttlSeconds, revision: 0, updatedAt: createdAt, activeAgent: null, experiment: null },
    ...{ turns: 0, interruptions: 0, lastSeconds: null, shown: shownOf(() => undefined) },
  };
}

/**
 * How a session stands after a batch, worked out from how it stood before: no read is needed where no other process has
 * written in between.
 * @returns undefined where only a read can tell
 */
export function factsAfter(
  known: FleetFacts | undefined,
  { sessionId, batch, receipt, opened, ttlSeconds }: AppliedBatch,
): FleetFacts | undefined {
  const before = opened && ttlSeconds !== undefined ? newFacts(sessionId, receipt.at, ttlSeconds) : known;
  // An older service's session gets its time to live with its first batch.
  if (before?.revision !== receipt.revision - 1 || before.ttlSeconds === null) return undefined;
  const shown = shownAfter(before.shown, batch.ops);
  return shown && { ...before, ...figuresAfter(before, batch.ops, receipt), shown };
}

function figuresAfter(before: FleetFacts, ops: readonly Op[], { revision, at, epoch, inEffect }: Receipt) {
  let { turns, lastSeconds } = before;
  for (const op of ops) {
    if (op.op === 'append' && op.role === 'user') turns += 1;
    if (op.op === 'recordLatency' && op.stage === SHOWN_STAGE) lastSeconds = op.seconds;
  }
  const { agent = null, experiment = null } = inEffect ?? {};
  const interruptions = epoch ?? before.interruptions;
  return { revision, updatedAt: at, turns, lastSeconds, interruptions, activeAgent: agent, experiment };
}

/** Undefined after a merge, of which the outcome is the store's to tell. */
function shownAfter(before: ShownContext, ops: readonly Op[]): ShownContext | undefined {
  let shown = before;
  for (const op of ops) {
    if (!('key' in op) || !isShown(op.key)) continue;
    if (op.op === 'mergeContext') return undefined;
    shown = { ...shown, [op.key]: READ[op.key](op.op === 'setContext' ? op.value : undefined) };
  }
  return shown;
}

function isShown(key: string): key is ShownKey {
  return Object.hasOwn(READ, key);
}
