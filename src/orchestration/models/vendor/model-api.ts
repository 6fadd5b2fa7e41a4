import type { ParleyError } from '../../../common/parley-error';
import type { ChatEvent, ChatRequest } from '../chat-model';

/** One vendor's API: how a request is sent, how what comes back is read, and what its failures mean. */
export interface ModelApi<Chunk> {
  /** Words for a human. */
  readonly name: string;
  /** Once, and without trying again. The signal closes the connection, whatever is under way on it. */
  open(request: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<Chunk>>;
  /** A reader of one answer. */
  reader(): AnswerReader<Chunk>;
  /** What a failure of `open` or of its stream means, without anything of what was asked or answered. */
  failure(error: unknown): ParleyError;
}

/** Makes events of the pieces of one answer, in which order and sizes ever they come. */
export interface AnswerReader<Chunk> {
  /** Whether the model has begun to answer, with a word or a part of a call. */
  readonly begun: boolean;
  /** The last event, as soon as the answer is whole; what may still follow are figures. */
  readonly end: ChatEvent | undefined;
  /** @throws ParleyError where the piece says that there will be no answer, or no more of it */
  read(chunk: Chunk): readonly ChatEvent[];
}
