import type { LiveError } from './live-error';
import type { LiveAgentChange, LiveChange, LiveInterruption, LiveState } from './live-frames';
import type { LiveHandlers } from './live-handle';

/**
 * Calls what the user of a session has given. Not at once, but in order: a handler that throws must not leave the client
 * half way through a frame.
 */
export class HandlerCalls {
  constructor(private readonly handlers: LiveHandlers) {}

  changed(change: LiveChange): void {
    const { revision, batchId, messages, at, ops, source } = change;
    this.later(() => this.handlers.onChange?.({ revision, batchId, messages, at, ops, source }));
  }

  state(state: LiveState): void {
    this.later(() => this.handlers.onState?.(state));
  }

  interrupted({ value, at, revision }: LiveInterruption): void {
    this.later(() => this.handlers.onInterrupted?.({ value, at, revision }));
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
