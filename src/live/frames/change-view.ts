import type { BudgetBreach } from '../../latency';
import {
  ACTIVE_AGENT_KEY,
  type ChangeAgentsOp,
  type ClientOp,
  INTERRUPTED_KEY,
  type InternalOp,
  type Op,
} from '../../store/ops';
import type { Change } from '../../store/session-store';

/** What is told of a change of agents: prompts are the business of those who may see the administration. */
export interface AgentsChanged {
  readonly op: 'changeAgents';
  readonly action: string;
  readonly agent: string | null;
  readonly revision: number;
}

/** What is told of the session's own machinery: who consumes the playback queue, who runs turns. */
export type PublicOp = ClientOp | AgentsChanged | Exclude<InternalOp, ChangeAgentsOp>;

/** What an interested client would otherwise have to look for in every change. */
export type Signal =
  | { readonly type: 'interrupted'; readonly value: boolean; readonly epoch?: number }
  | { readonly type: 'agentChanged'; readonly agent: string | null }
  | ({ readonly type: 'overBudget' } & BudgetBreach);

/** A change as clients see it. */
export function changeView({ revision, batchId, messages, at, ops, epoch }: Change) {
  const source = ops.some(({ op }) => op === 'changeAgents') ? ('admin' as const) : ('session' as const);
  const told = epoch === undefined ? {} : { epoch };
  return { revision, batchId, messages, at, ops: ops.map((op) => publicOp(op, revision)), source, ...told };
}

function publicOp(op: Op, revision: number): PublicOp {
  if (op.op !== 'changeAgents') return op;
  const { action, agent } = op.entry;
  return { op: 'changeAgents', action: nameOf(action) ?? 'change', agent: nameOf(agent), revision };
}

/** Makes what a client would have to look for in a change, in the order of the operations. */
export type Signals = (change: Change) => readonly Signal[];

/** Signals of the conversation. The two context keys are the same flags under another name. */
export function signalsOf({ ops, epoch = 0 }: Pick<Change, 'ops' | 'epoch'>): Signal[] {
  // The change tells where the epoch has come to; each interruption before its last one is one less.
  let interruptions = epoch - ops.filter((op) => op.op === 'setInterrupted' && op.value).length;
  return ops.flatMap((op) => {
    if (op.op !== 'setInterrupted') return signalOf(op) ?? [];
    if (op.value) interruptions += 1;
    return { type: 'interrupted', value: op.value, epoch: interruptions };
  });
}

function signalOf(op: Op): Signal | undefined {
  switch (op.op) {
    case 'setActiveAgent':
      return { type: 'agentChanged', agent: op.agent };
    case 'changeAgents':
      return { type: 'agentChanged', agent: nameOf(op.entry['agent']) };
    case 'setContext':
      return contextSignal(op.key, op.value);
    case 'deleteContext':
      return contextSignal(op.key, undefined);
    default:
      return undefined;
  }
}

function contextSignal(key: string, value: unknown): Signal | undefined {
  if (key === INTERRUPTED_KEY) return { type: 'interrupted', value: value === true };
  if (key === ACTIVE_AGENT_KEY) return { type: 'agentChanged', agent: nameOf(value) };
  return undefined;
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
