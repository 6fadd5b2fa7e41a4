import { setImmediate as turn } from 'node:timers/promises';
import type { JsonObject } from '../../../src/common/json';
import type { ChatEvent, ChatModel, ChatRequest } from '../../../src/orchestration/models';

/** One thing that a scripted model does: it says a piece of text, or one of the steps below. */
export type Step = string | ChatEvent | ((request: ChatRequest) => Promise<unknown> | undefined);
export type Script = (request: ChatRequest, index: number) => readonly Step[];

/** Answers as a function of the request says: each piece in a turn of its own, as from a network. */
export class ScriptedModel implements ChatModel {
  readonly name = 'script';
  readonly requests: ChatRequest[] = [];
  /** Answers that were ended by their signal. */
  aborted = 0;

  constructor(public script: Script) {}

  async *stream(request: ChatRequest): AsyncGenerator<ChatEvent, void> {
    const index = this.requests.push(request) - 1;
    for (const step of this.script(request, index)) {
      await (typeof step === 'function' ? untilAborted(step(request), request.signal) : turn());
      if (request.signal.aborted) {
        this.aborted += 1;
        return;
      }
      if (typeof step === 'string') yield { type: 'text', text: step };
      else if (typeof step === 'object') yield step;
    }
    yield { type: 'end', reason: 'stop' };
  }

  /** What the model was shown in its last request, beside the system prompt. */
  get shown(): string[] {
    return shownIn(this.requests.at(-1));
  }
}

/** `role: content` of each message, with the names of the tools that are called. */
export function shownIn(request: ChatRequest | undefined): string[] {
  return (request?.messages ?? []).flatMap((message) => {
    if (message.role === 'system') return [];
    const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
    return [[`${message.role}: ${message.content}`, ...calls.map(({ name }) => `[${name}]`)].join(' ')];
  });
}

let calls = 0;

export function call(name: string, args: JsonObject | string = {}): ChatEvent {
  const id = `call_${(calls += 1)}`;
  return { type: 'toolCall', call: { id, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) } };
}

export function failing(error: Error): Step {
  return () => Promise.reject(error);
}

/** Says nothing more until the turn is stopped. */
export const STALL: Step = () => new Promise(() => undefined);

function untilAborted(work: Promise<unknown> | undefined, signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return Promise.resolve();
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return Promise.race([work, aborted]);
}
