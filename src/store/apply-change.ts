import { isJsonObject } from '../common/json';
import { changedAgents } from './agent-state';
import { ACTIVE_AGENT_KEY, type ChangeAgentsOp, INTERRUPTED_KEY, type InternalOp, type Op, type OpOf } from './ops';
import { PlaybackSteps } from './playback';
import {
  agentName,
  cutMessage,
  cutTo,
  type Heard,
  inEffectOf,
  type Message,
  type SessionState,
  type Thread,
} from './session-state';
import type { Change } from './session-store';
import { countSample } from './stage-stats';

type Spoken = NonNullable<OpOf<'setInterrupted'>['spoken']>;

/** Brings a session in memory from one revision to the next, as the store has gone. */
export function applyChange(state: SessionState, change: Omit<Change, 'kind' | 'batchId'>): void {
  let appended = 0;
  for (const op of change.ops) {
    if (op.op === 'append') append(state, op, change.messages[appended++] as number, change.at);
    else if (op.op === 'changeAgents') state.agents = changedAgents(state.agents, op, change.revision);
    else applyOp(state, op, change.at);
  }
  state.revision = change.revision;
  state.updatedAt = change.at;
  if (state.ttlSeconds !== null) state.expiresAt = change.at + state.ttlSeconds;
}

type StepOp = OpOf<'enqueuePlayback'> | OpOf<'clearPlayback'> | Exclude<InternalOp, ChangeAgentsOp>;

function applyOp(state: SessionState, op: Exclude<Op, OpOf<'append'> | ChangeAgentsOp>, now: number): void {
  switch (op.op) {
    case 'truncate':
      return cut(state, op.seq, cutTo(op));
    case 'clearHistory':
      return op.agent === undefined ? state.history.clear() : void state.history.delete(op.agent);
    case 'systemPrompt':
      return systemPrompt(threadOf(state, op.agent), op.content, now);
    case 'setContext':
      return void state.context.set(op.key, op.value);
    case 'mergeContext':
      return void state.context.set(op.key, mergedValue(state.context.get(op.key), op.value));
    case 'deleteContext':
      return void state.context.delete(op.key);
    case 'setSlots':
      for (const [name, value] of Object.entries(op.slots)) state.slots.set(name, value);
      return;
    case 'setToolOutput':
      state.timeline.push({ at: now, afterSeq: state.lastSeq, kind: 'tool', tool: op.tool });
      return void state.toolOutputs.set(op.tool, op.output);
    case 'setInterrupted':
      return setInterrupted(state, op, now);
    case 'setActiveAgent':
      return setActiveAgent(state, op.agent, now);
    case 'recordLatency':
      return recordLatency(state, op, now);
    default:
      return applyStep(state, op, now);
  }
}

/** Steps of the playback queue and of the lease: what would be refused has not come here. */
function applyStep(state: SessionState, op: StepOp, now: number): void {
  const playback = new PlaybackSteps(state.playback, now);
  switch (op.op) {
    case 'enqueuePlayback':
      return void playback.enqueue(op.message, state.epoch);
    case 'clearPlayback':
      return playback.clear();
    case 'movePlayback':
      return void playback.move(op, state.context.get(INTERRUPTED_KEY) === true);
    case 'takeLease':
      state.lease = { fence: op.fence, until: op.until, holder: op.holder };
      return;
    case 'releaseLease':
      state.lease = { ...state.lease, fence: op.fence, until: 0 };
      return;
  }
}

/** One level deep; anything but an object is replaced. Spread keeps a member called `__proto__` a member. */
export function mergedValue(base: unknown, patch: OpOf<'mergeContext'>['value']): OpOf<'mergeContext'>['value'] {
  return isJsonObject(base) ? { ...base, ...patch } : patch;
}

export function messageOf({ role, content, at, meta }: OpOf<'append'>, seq: number, now: number): Message {
  return meta ? { seq, role, content, at: at ?? now, meta } : { seq, role, content, at: at ?? now };
}

function append(state: SessionState, op: OpOf<'append'>, seq: number, now: number): void {
  threadOf(state, op.agent).messages.push(messageOf(op, seq, now));
  state.lastSeq = Math.max(state.lastSeq, seq);
}

function threadOf(state: SessionState, agent: string): Thread {
  let thread = state.history.get(agent);
  if (!thread) state.history.set(agent, (thread = { prompt: undefined, messages: [] }));
  return thread;
}

function setInterrupted(state: SessionState, { value, cause, spoken }: OpOf<'setInterrupted'>, now: number): void {
  if (value) state.epoch += 1;
  state.context.set(INTERRUPTED_KEY, value);
  state.timeline.push({ at: now, afterSeq: state.lastSeq, kind: 'interrupted', value, epoch: state.epoch });
  if (value) new PlaybackSteps(state.playback, now).interrupt();
  if (spoken) cut(state, spoken.seq, heardOf(spoken, cause));
}

/** What a message is cut to by an interruption. */
export function heardOf({ content, characters }: Spoken, cause: string | undefined): Heard {
  return [content ?? characters ?? 0, cause ?? null];
}

/** Only a change of hands is an event. */
function setActiveAgent(state: SessionState, agent: string, now: number): void {
  const from = agentName(state.context.get(ACTIVE_AGENT_KEY));
  state.context.set(ACTIVE_AGENT_KEY, agent);
  if (from !== agent) state.timeline.push({ at: now, afterSeq: state.lastSeq, kind: 'agent', agent, from });
}

function cut(state: SessionState, seq: number, heard: Heard): void {
  for (const { messages } of state.history.values()) {
    // Replies that are cut are almost always the last ones.
    const index = messages.findLastIndex((message) => message.seq <= seq);
    const message = messages[index];
    if (message?.seq === seq) messages[index] = cutMessage(message, heard);
  }
}

function systemPrompt(thread: Thread, content: string, now: number): void {
  // A system message that was appended as the thread's first is the prompt that the new one replaces.
  if (!thread.prompt && thread.messages[0]?.role === 'system') thread.messages.shift();
  thread.prompt = { seq: 0, role: 'system', content, at: now };
}

function recordLatency(state: SessionState, op: OpOf<'recordLatency'>, now: number): void {
  const { stage, seconds, at = now, run, meta } = op;
  const effect = inEffectOf(state);
  countSample(state.latency, stage, {
    seconds,
    at,
    ...(run !== undefined && { run }),
    ...(meta && { meta }),
    ...(effect && { inEffect: effect }),
  });
}
