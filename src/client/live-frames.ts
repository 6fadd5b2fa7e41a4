import type { JsonObject, JsonValue } from '../common/json';
import type { PublicOp } from '../live';

/** A session as `GET /v1/sessions/:id` answers it. */
export interface LiveState {
  readonly sessionId: string;
  readonly revision: number;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly expiresAt: number | null;
  readonly activeAgent: string | null;
  readonly interrupted: boolean;
  /** How often the caller has interrupted. */
  readonly epoch: number;
  readonly context: JsonObject;
  readonly slots: JsonObject;
  readonly toolOutputs: JsonObject;
  /** By agent. */
  readonly history: Readonly<Record<string, readonly LiveMessage[]>>;
}

export interface LiveMessage {
  readonly seq: number;
  readonly role: string;
  readonly content: string;
  readonly at: number | null;
  readonly meta?: JsonObject;
}

/** A batch that is durable, as those are told who have not sent it. */
export interface LiveChange {
  readonly revision: number;
  readonly batchId: string;
  /** Numbers given to the appended messages. */
  readonly messages: readonly number[];
  readonly at: number;
  readonly ops: readonly PublicOp[];
  /** `admin`: a change of the session's agents. */
  readonly source: 'session' | 'admin';
  /** How often the caller has interrupted; where the batch interrupted or resumed. */
  readonly epoch?: number;
}

export interface LiveInterruption {
  readonly value: boolean;
  /** How often the caller has interrupted; absent where a context key was set instead. */
  readonly epoch?: number;
  readonly at: number;
  readonly revision: number;
}

export interface LiveAgentChange {
  readonly agent: string | null;
  readonly at: number;
  readonly revision: number;
}

/** A stage took longer than it may. */
export interface LiveBudgetBreach {
  readonly stage: string;
  readonly seconds: number;
  /** Seconds that the stage may take. */
  readonly budget: number;
  readonly run?: string;
  readonly at: number;
  readonly revision: number;
}

/** Something to be spoken. */
export interface LivePlaybackMessage {
  readonly number: number;
  readonly epoch: number;
  readonly text: string;
  readonly ssml?: boolean;
  readonly locale?: string;
  readonly voice?: JsonObject;
  readonly agent?: string;
  /** The reply that it is part of. */
  readonly seq?: number;
  readonly meta?: JsonObject;
  /** How often it was begun. */
  readonly attempts?: number;
}

export interface LiveSettled {
  readonly number: number;
  readonly state: 'played' | 'cut' | 'queued' | 'failed';
  /** When it is to be had again, seconds since the epoch. */
  readonly retryAt?: number;
}

/** What happens in a turn, by `type`; docs/asyncapi.json has the members of each (`TurnEvent`). */
export type LiveTurnEvent = { readonly turnId: string; readonly type: string } & JsonObject;

export interface LiveIssue {
  readonly path: string;
  readonly message: string;
}

type Of<T extends string, Members> = { readonly type: T } & Readonly<Members>;
type Answer<T extends string, Members> = Of<T, Members & { id: string }>;

/** Answers repeat the id of the frame they answer. */
export type AnswerFrame =
  | Answer<'attached', { revision: number; state?: LiveState; changes?: readonly LiveChange[] }>
  | Answer<'accepted', { batchId: string }>
  | Answer<
      'durable',
      { batchId: string; revision: number; messages: readonly number[]; epoch?: number; replicated?: false }
    >
  | Answer<'playback.message', { message: LivePlaybackMessage | null }>
  | Answer<'playback.settled', LiveSettled>
  | Answer<'turn.event', { event: LiveTurnEvent }>
  | Answer<'turn.ended', { event: LiveTurnEvent }>
  | Answer<'turn.cancelled', unknown>
  | Answer<'sessions', { total: number; sessions: readonly JsonObject[] }>
  | Answer<'sessionsUnwatched', unknown>
  | Answer<'detached', unknown>
  | Answer<'pong', unknown>
  | Answer<'error', { code: string; detail: string; retryable: boolean; errors?: readonly LiveIssue[] }>;

export type PushedFrame =
  | Of<'change', LiveChange & { sessionId: string }>
  | Of<'state', { sessionId: string; revision: number; state: LiveState }>
  | Of<'interrupted', LiveInterruption & { sessionId: string }>
  | Of<'agentChanged', LiveAgentChange & { sessionId: string }>
  | Of<'overBudget', LiveBudgetBreach & { sessionId: string }>
  | Of<'closed', { sessionId?: string; reason: string; reconnectAfterSeconds?: number }>;

export type ServerFrame = AnswerFrame | PushedFrame;

export function isAnswer(frame: ServerFrame): frame is AnswerFrame {
  return 'id' in frame;
}

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const flag: Check = (value) => typeof value === 'boolean';
const object: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const list: Check = Array.isArray;
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const change: Check = (value) =>
  object(value) && fits({ revision: number, batchId: text, messages: list, ops: list }, value as JsonObject);

/** What this client reads of each frame; members beyond it are let be, so that a newer service can add some. */
const FORMS: Readonly<Record<ServerFrame['type'], Readonly<Record<string, Check>>>> = {
  attached: {
    id: text,
    revision: number,
    state: orAbsent(object),
    changes: orAbsent((value) => Array.isArray(value) && value.every(change)),
  },
  accepted: { id: text, batchId: text },
  durable: { id: text, batchId: text, revision: number, messages: list },
  'playback.message': { id: text, message: orNull(object) },
  'playback.settled': { id: text, number, state: text },
  'turn.event': { id: text, event: object },
  'turn.ended': { id: text, event: object },
  'turn.cancelled': { id: text },
  sessions: { id: text, total: number, sessions: list },
  sessionsUnwatched: { id: text },
  detached: { id: text },
  pong: { id: text },
  error: { id: text, code: text, detail: text, retryable: flag, errors: orAbsent(list) },
  change: { sessionId: text, revision: number, batchId: text, messages: list, ops: list },
  state: { sessionId: text, revision: number, state: object },
  interrupted: { sessionId: text, value: flag, revision: number },
  agentChanged: { sessionId: text, agent: orNull(text), revision: number },
  overBudget: { sessionId: text, stage: text, seconds: number, budget: number, revision: number },
  closed: { sessionId: orAbsent(text), reason: text, reconnectAfterSeconds: orAbsent(number) },
};

/** Undefined for what is no frame of ours: somebody else may stand at the address. */
export function readFrame(source: string): ServerFrame | undefined {
  const value = parsed(source);
  if (!object(value)) return undefined;
  const frame = value as JsonObject;
  const type = frame['type'];
  const form = typeof type === 'string' && Object.hasOwn(FORMS, type) ? FORMS[type as ServerFrame['type']] : undefined;
  return form && fits(form, frame) ? (frame as unknown as ServerFrame) : undefined;
}

function fits(form: Readonly<Record<string, Check>>, value: Readonly<Record<string, JsonValue>>): boolean {
  return Object.entries(form).every(([name, check]) => check(value[name]));
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}
