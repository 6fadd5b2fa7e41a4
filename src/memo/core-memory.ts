import { deepFreeze, type JsonValue } from '../common/json';
import { mergedValue } from '../store/apply-change';
import { ACTIVE_AGENT_KEY, INTERRUPTED_KEY, type Op } from '../store/ops';
import type { SessionState } from '../store/session-state';
import { LayeredMap } from './layered-map';

/** Context, slots and tool outputs of a session in memory. What it hands out is frozen: changes go through operations. */
export class CoreMemory {
  private readonly context: LayeredMap<JsonValue>;
  private readonly slots: LayeredMap<JsonValue>;
  private readonly toolOutputs: LayeredMap<JsonValue>;

  constructor(state: SessionState) {
    this.context = new LayeredMap(state.context);
    this.slots = new LayeredMap(state.slots);
    this.toolOutputs = new LayeredMap(state.toolOutputs);
  }

  getContext(key: string): JsonValue | undefined {
    return deepFreeze(this.context.get(key));
  }

  contextEntries(): ReadonlyMap<string, JsonValue> {
    return frozenEntries(this.context);
  }

  getSlot(name: string): JsonValue | undefined {
    return deepFreeze(this.slots.get(name));
  }

  slotEntries(): ReadonlyMap<string, JsonValue> {
    return frozenEntries(this.slots);
  }

  getToolOutput(tool: string): JsonValue | undefined {
    return deepFreeze(this.toolOutputs.get(tool));
  }

  toolOutputEntries(): ReadonlyMap<string, JsonValue> {
    return frozenEntries(this.toolOutputs);
  }

  /** Lays one operation, not yet confirmed, over what the store has. */
  lay(op: Op): void {
    switch (op.op) {
      case 'setContext':
        return this.context.set(op.key, op.value);
      case 'mergeContext':
        return this.context.set(op.key, mergedValue(this.context.get(op.key), op.value));
      case 'deleteContext':
        return this.context.delete(op.key);
      case 'setSlots':
        for (const [name, value] of Object.entries(op.slots)) this.slots.set(name, value);
        return;
      case 'setToolOutput':
        return this.toolOutputs.set(op.tool, op.output);
      case 'setInterrupted':
        return this.context.set(INTERRUPTED_KEY, op.value);
      case 'setActiveAgent':
        return this.context.set(ACTIVE_AGENT_KEY, op.agent);
      default:
        return;
    }
  }

  /** Takes what the store has now as ground, with nothing over it. */
  layOn(state: SessionState): void {
    this.context.layOn(state.context);
    this.slots.layOn(state.slots);
    this.toolOutputs.layOn(state.toolOutputs);
  }
}

function frozenEntries(map: LayeredMap<JsonValue>): ReadonlyMap<string, JsonValue> {
  const entries = new Map<string, JsonValue>();
  for (const [key, value] of map.entries()) entries.set(key, deepFreeze(value));
  return entries;
}
