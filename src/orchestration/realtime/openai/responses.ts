import { RecentNames } from './recent-names';
import { ResponseOutput, type ResponseListener } from './response-output';
import { failureOf } from './wire-errors';
import type { WireResponse } from './wire-events';
import { failureIn, outputOf, requestOf, statusOf, usageOf } from './wire-response';

/** A conversation has one response under way; more at a time are the fault of a model that forgets to end them. */
const MOST_OPEN = 16;
/** Names that are remembered: what is late comes within a second, and a response in no less. */
const MOST_REMEMBERED = 256;

/**
 * The responses of a conversation, from their first sign to their end. What comes of one that is over, was cancelled here
 * or lies behind a cut is late: the model had sent it before it knew.
 */
export class Responses {
  /** Without an output: cancelled. */
  private readonly open = new Map<string, ResponseOutput | undefined>();
  private readonly over = new RecentNames(MOST_REMEMBERED);
  private readonly cutItems = new RecentNames(MOST_REMEMBERED);
  /** Requests that no response has answered yet, and those of them that were taken back. */
  private readonly requested = new RecentNames(MOST_REMEMBERED);
  private readonly takenBack = new RecentNames(MOST_REMEMBERED);
  /** Responses that answer what was taken back: nobody hears of them. */
  private readonly unheard = new RecentNames(MOST_REMEMBERED);

  constructor(private readonly listener: ResponseListener) {}

  request(request: string): void {
    this.requested.add(request);
  }

  /** Whether it was a request, which no response will answer now. */
  refused(request: string): boolean {
    this.takenBack.delete(request);
    return this.requested.delete(request);
  }

  /** Whether there is anything to cancel. */
  cancel(): boolean {
    const open = [...this.open].filter(([, output]) => output !== undefined);
    for (const [responseId] of open) this.open.set(responseId, undefined);
    const requests = this.requested.takeAll();
    for (const request of requests) this.takenBack.add(request);
    return open.length > 0 || requests.length > 0;
  }

  cut(itemId: string): void {
    this.cutItems.add(itemId);
  }

  started(response: WireResponse): void {
    const request = requestOf(response);
    if (request !== undefined) this.requested.delete(request);
    if (this.open.has(response.id) || this.over.has(response.id)) return this.listener.ignore('repeated');
    if (request !== undefined && this.takenBack.delete(request)) {
      this.unheard.add(response.id);
      this.open.set(response.id, undefined);
    } else {
      this.begin(response.id);
    }
    return undefined;
  }

  /** What a response says goes to its output; its first sign can come before `response.created`. */
  of(responseId: string, tell: (output: ResponseOutput) => void): void {
    if (this.over.has(responseId)) return this.listener.ignore('late');
    const output = this.open.has(responseId) ? this.open.get(responseId) : this.begin(responseId);
    if (output) tell(output);
    else this.listener.ignore('late');
    return undefined;
  }

  done(response: WireResponse): void {
    const { id } = response;
    if (this.over.has(id)) return this.listener.ignore('repeated');
    const output = this.open.has(id) ? this.open.get(id) : this.begin(id);
    output?.finish(outputOf(response));
    this.open.delete(id);
    this.over.add(id);
    if (!this.unheard.delete(id)) this.tellEnd(response);
    return undefined;
  }

  private begin(responseId: string): ResponseOutput {
    for (const oldest of this.open.keys()) {
      if (this.open.size < MOST_OPEN) break;
      this.open.delete(oldest);
      this.over.add(oldest);
    }
    const output = new ResponseOutput(responseId, this.cutItems, this.listener);
    this.open.set(responseId, output);
    this.listener.emit({ type: 'responseStarted', responseId });
    return output;
  }

  private tellEnd(response: WireResponse): void {
    const status = statusOf(response);
    const usage = usageOf(response);
    this.listener.emit({
      type: 'responseDone',
      responseId: response.id,
      status,
      ...(status === 'failed' && { error: failureOf(failureIn(response), 'a response') }),
      ...(usage && { usage }),
    });
  }
}
