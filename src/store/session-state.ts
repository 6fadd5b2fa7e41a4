import type { JsonObject, JsonValue } from '../common/json';
import { type AgentState, NO_AGENTS } from './agent-state';
import { type Lease, NO_LEASE } from './lease';
import { EMPTY_PLAYBACK, type PlaybackInMemory } from './playback';
import { ACTIVE_AGENT_KEY, type ExperimentTag, type OpOf, type Role } from './ops';

export interface Message {
  /** Grows over the whole session, across agents; 0 is the agent's system prompt. */
  readonly seq: number;
  readonly role: Role;
  readonly content: string;
  /** Seconds since the epoch; null where an older service did not say. */
  readonly at: number | null;
  readonly meta?: JsonObject;
}

/** Whose words and which settings a session was using at some moment. */
export interface InEffect {
  readonly agent: string | null;
  /** The session's revision at the last change of its agents; 0: none. */
  readonly agentsRevision: number;
  readonly experiment: ExperimentTag | null;
}

export interface LatencySample {
  readonly seconds: number;
  /** When it ended, seconds since the epoch. */
  readonly at: number;
  readonly run?: string;
  readonly meta?: JsonObject;
  /** When it was recorded; absent where the session had neither an active agent nor agents of its own. */
  readonly inEffect?: InEffect;
}

/** Exact figures, log-bucket counters (latency-buckets.ts) and the last raw samples of one stage, in seconds. */
export interface StageStats {
  count: number;
  total: number;
  min: number;
  max: number;
  readonly buckets: Map<number, number>;
  /** Oldest first, at most RECENT_SAMPLES. */
  readonly recent: LatencySample[];
}

/** A group of samples: one run a turn; of an older service also one run `legacy` for all. */
export interface LatencyRun {
  readonly id: string;
  readonly label: string | null;
  readonly createdAt: number | null;
  readonly current: boolean;
  /** As an older service wrote them, `{stage, start, end, dur}` and whatever else; ours are `{stage, end, dur}`. */
  readonly samples: readonly JsonValue[];
}

/** Something that happened between messages. */
export type TimelineEvent = {
  /** Seconds since the epoch. */
  readonly at: number;
  /** Number of the last message before it. */
  readonly afterSeq: number;
} & (
  | { readonly kind: 'agent'; readonly agent: string; readonly from: string | null }
  | { readonly kind: 'interrupted'; readonly value: boolean; readonly epoch: number }
  | { readonly kind: 'tool'; readonly tool: string }
);

/** Messages of one agent in the order of their numbers. */
export interface Thread {
  prompt: Message | undefined;
  messages: Message[];
}

/**
 * A session as a program sees it. Maps, not objects: keys come from outside. Values are plain JSON.
 * Times are seconds since the epoch.
 */
export interface SessionState {
  readonly sessionId: string;
  /** 0 only for a session of an older service that Parley has not written yet. */
  revision: number;
  readonly createdAt: number | null;
  updatedAt: number | null;
  /** Null where nothing limits it yet: a session of an older service without a time to live. */
  ttlSeconds: number | null;
  expiresAt: number | null;
  lastSeq: number;
  readonly context: Map<string, JsonValue>;
  readonly slots: Map<string, JsonValue>;
  readonly toolOutputs: Map<string, JsonValue>;
  readonly history: Map<string, Thread>;
  readonly latency: Map<string, StageStats>;
  readonly runs: LatencyRun[];
  agents: AgentState;
  /** How often the caller has interrupted. */
  epoch: number;
  readonly playback: PlaybackInMemory;
  /** The right to run turns. */
  lease: Lease;
  /** Handoffs, interruptions and tool calls, oldest first: with the messages the course of the call. */
  readonly timeline: TimelineEvent[];
  /** Ids of the last batches: lets a reader see whether a write of unknown outcome arrived. */
  readonly batchIds: Set<string>;
}

export function emptyState(sessionId: string): SessionState {
  return {
    sessionId,
    revision: 0,
    createdAt: null,
    updatedAt: null,
    ttlSeconds: null,
    expiresAt: null,
    lastSeq: 0,
    context: new Map(),
    slots: new Map(),
    toolOutputs: new Map(),
    history: new Map(),
    latency: new Map(),
    runs: [],
    agents: NO_AGENTS,
    epoch: 0,
    playback: { header: EMPTY_PLAYBACK, messages: new Map() },
    lease: NO_LEASE,
    timeline: [],
    batchIds: new Set(),
  };
}

/** All messages of a thread, the system prompt first. */
export function threadMessages(thread: Thread | undefined): Message[] {
  if (!thread) return [];
  return thread.prompt ? [thread.prompt, ...thread.messages] : [...thread.messages];
}

/** What was heard of a message: the text, or with the cause of an interruption the text or its number of characters. */
export type Heard = string | readonly [heard: string | number, cause: string | null];

/** What a message is cut to by a `truncate`. */
export function cutTo({ content, cause }: OpOf<'truncate'>): string | readonly [heard: string, cause: string] {
  return cause === undefined ? content : [content, cause];
}

/**
 * The message as it stands after a `truncate` or an interruption: heard text as content, the whole reply in
 * `meta.generated`, cause and offset of the interruption in `meta.interrupted`. The last cut counts.
 */
export function cutMessage(message: Message, heard: Heard): Message {
  const { generated: before, interrupted: _earlier, ...meta } = message.meta ?? {};
  const generated = typeof before === 'string' ? before : message.content;
  if (typeof heard === 'string') return { ...message, content: heard, meta: { ...meta, generated } };
  const [part, cause] = heard;
  const content = typeof part === 'string' ? part : firstCharacters(generated, part);
  return { ...message, content, meta: { ...meta, generated, interrupted: { cause, offset: content.length } } };
}

/** Half a surrogate pair is no character. */
function firstCharacters(text: string, count: number): string {
  const last = text.charCodeAt(count - 1);
  const splits = count < text.length && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? count - 1 : count);
}

/** The active agent as answers show it, from its context value: anybody may have put something else there. */
export function agentName(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** What is in effect; undefined where nothing is. */
export function inEffect(activeAgent: string | null, agents: Omit<AgentState, 'records'>): InEffect | undefined {
  if (activeAgent === null && agents.changes === 0) return undefined;
  return { agent: activeAgent, agentsRevision: agents.revision, experiment: agents.experiment };
}

/** What is in effect in a session. */
export function inEffectOf({ context, agents }: SessionState): InEffect | undefined {
  return inEffect(agentName(context.get(ACTIVE_AGENT_KEY)), agents);
}
