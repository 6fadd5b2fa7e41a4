import type { LiveError } from './live-error';
import type { LiveAgentChange, LiveBudgetBreach, LiveChange, LiveInterruption, LiveState } from './live-frames';
import type { LiveHandlers } from './live-handle';

/**
 * Calls what the user of a session has given. Not at once, but in order: a handler that throws must not leave the client
 * half way through a frame.
 */
export class HandlerCalls {
  constructor(private readonly handlers: LiveHandlers) {}

  changed(change: LiveChange): void {
    const { revision, batchId, messages, at, ops, source, epoch } = change;
    const told = { revision, batchId, messages, at, ops, source };
    this.later(() => this.handlers.onChange?.(epoch === undefined ? told : { ...told, epoch }));
  }

  state(state: LiveState): void {
    this.later(() => this.handlers.onState?.(state));
  }

  interrupted({ value, epoch, at, revision }: LiveInterruption): void {
    const told = epoch === undefined ? { value, at, revision } : { value, epoch, at, revision };
    this.later(() => this.handlers.onInterrupted?.(told));
  }

  overBudget({ stage, seconds, budget, run, at, revision }: LiveBudgetBreach): void {
    const told = { stage, seconds, budget, at, revision };
    this.later(() => this.handlers.onOverBudget?.(run === undefined ? told : { ...told, run }));
  }

  agentChanged({ agent, at, revision }: LiveAgentChange): void {
    this.later(() => this.handlers.onAgentChanged?.({ agent, at, revision }));
  }

  closed(reason: string): void {
    this.later(() => this.handlers.onClosed?.({ reason }));
  }

  refused(batchId: string, error: LiveError): void {
    this.later(() => this.handlers.onRefused?.(batchId, error));
  }

  private later(call: () => void): void {
    queueMicrotask(call);
  }
}
