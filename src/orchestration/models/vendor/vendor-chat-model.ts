import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../common/clock';
import type { ModelLimits } from '../../../config/parley-config';
import type { ChatEvent, ChatModel, ChatRequest } from '../chat-model';
import { brokenOff, ModelUnavailable } from '../model-errors';
import { AnswerWatch } from './answer-watch';
import type { AnswerReader, ModelApi } from './model-api';
import { retryPauseMs } from './retry-pause';

/**
 * A model behind an API, within limits of time and attempts. An answer that has begun is never asked for again: half of
 * it may have been spoken.
 */
export class VendorChatModel<Chunk> implements ChatModel {
  constructor(
    private readonly api: ModelApi<Chunk>,
    private readonly limits: ModelLimits,
    private readonly clock: Clock,
  ) {}

  get name(): string {
    return this.api.name;
  }

  stream(request: ChatRequest): AsyncIterable<ChatEvent> {
    return { [Symbol.asyncIterator]: () => this.answer(request) };
  }

  /** A generator's `return` waits for a `next` that is under way; this one ends it. */
  private answer(request: ChatRequest): AsyncIterator<ChatEvent> {
    const stop = new AbortController();
    const events = this.events(request, stop);
    return {
      next: () => events.next(),
      return: () => {
        stop.abort();
        return events.return(undefined);
      },
    };
  }

  private async *events(request: ChatRequest, stop: AbortController): AsyncGenerator<ChatEvent, void> {
    if (request.signal.aborted) return;
    const abort = () => stop.abort();
    request.signal.addEventListener('abort', abort);
    try {
      for await (const event of this.attempts(request, stop.signal)) {
        // A piece can hold several: those that nobody has taken are not wanted any more.
        if (stop.signal.aborted) break;
        yield event;
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      request.signal.removeEventListener('abort', abort);
    }
  }

  private async *attempts(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    const watch = new AnswerWatch(this.limits, this.clock, signal);
    let failures = 0;
    for (;;) {
      const reader = this.api.reader();
      try {
        return yield* this.attempt(request, reader, watch, signal);
      } catch (error) {
        failures += 1;
        const pauseMs = this.pauseBefore(failures, error, reader, watch);
        if (pauseMs === undefined) throw error;
        await watch.wait(sleep(pauseMs, undefined, { signal }), false);
      }
    }
  }

  /** Milliseconds until the next attempt; undefined: there is none, or it would come too late. */
  private pauseBefore(failures: number, error: unknown, reader: AnswerReader<Chunk>, watch: AnswerWatch) {
    if (reader.begun || failures > this.limits.maxRetries || !(error instanceof ModelUnavailable)) return undefined;
    const pauseMs = retryPauseMs(failures, error.retryAfterMs);
    return pauseMs < watch.leftToBeginMs ? pauseMs : undefined;
  }

  private async *attempt(
    request: ChatRequest,
    reader: AnswerReader<Chunk>,
    watch: AnswerWatch,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const connection = new AbortController();
    const close = () => connection.abort();
    signal.addEventListener('abort', close);
    const wait = <T>(work: () => Promise<T>) => watch.wait(this.understood(work), reader.begun);
    try {
      const chunks = await wait(() => this.api.open(request, connection.signal));
      yield* read(chunks[Symbol.asyncIterator](), reader, wait);
      if (reader.end === undefined) throw brokenOff();
      yield reader.end;
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }

  private async understood<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.api.failure(error);
    }
  }
}

/** A connection that fails or falls silent once the answer is whole takes nothing away from it. */
async function* read<Chunk>(
  chunks: AsyncIterator<Chunk>,
  reader: AnswerReader<Chunk>,
  wait: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<ChatEvent, void> {
  for (;;) {
    const next = await wait(() => chunks.next()).catch((error: unknown) => {
      if (reader.end === undefined) throw error;
      return { done: true as const };
    });
    if (next.done) return;
    yield* reader.read(next.value);
  }
}
