import type { JsonObject } from '../common/json';
import type { ClientOp } from '../store/ops';
import { answerReader, problemCode } from '../programs/answers';
import type { HttpClient, HttpRequest } from '../programs/http-client';
import { DEFAULT_RETRIES, isRetryable, type RetriedAnswer, type RetryPolicy, withRetries } from './retry';
import {
  LATENCY,
  type LatencyAnswer,
  OPENED,
  RECEIPT,
  type ReceiptAnswer,
  SESSION,
  type SessionAnswer,
} from './session-answers';
import type { TurnWriter } from './turn-writer';

/** The service did not do what it was asked to, at last. Its message holds names and codes only. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';

  constructor(
    message: string,
    /** Of the last answer; undefined where there was none. */
    readonly status?: number,
  ) {
    super(message);
  }
}

const CHECK_ATTEMPTS = 5;
const readOpened = answerReader(OPENED);
const readReceipt = answerReader(RECEIPT);
const readSession = answerReader(SESSION);
const readLatency = answerReader(LATENCY);

/** The routes of a session, as a voice runtime uses them. All of its methods throw RequestFailed. */
export class SessionClient implements TurnWriter {
  /** Requests that were sent again. */
  retries = 0;
  /** Whether the last request that came to an end was given up. */
  private isAway = false;

  constructor(
    private readonly http: HttpClient,
    private readonly policy: RetryPolicy = DEFAULT_RETRIES,
  ) {}

  /** Whether anybody is there who lets us in. Soon given up: the address may be wrong. */
  async check(): Promise<void> {
    const policy = { ...this.policy, attempts: Math.min(this.policy.attempts, CHECK_ATTEMPTS) };
    accepted('list', await this.send('list', { method: 'GET', path: '/v1/sessions?limit=1' }, policy));
  }

  /** Gives the session's first revision. */
  async open(sessionId: string, context: JsonObject): Promise<number> {
    const json = { sessionId, context };
    const answer = await this.send('open', { method: 'POST', path: '/v1/sessions', json });
    // The id is ours alone: it can only exist because an attempt whose answer was lost has made it.
    if (answer.status === 409 && answer.attempts > 1) return (await this.session(sessionId)).revision;
    return understood('open', answer, readOpened).revision;
  }

  async apply(sessionId: string, idempotencyKey: string, ops: readonly ClientOp[]): Promise<ReceiptAnswer> {
    const headers = { 'idempotency-key': idempotencyKey };
    const path = `${pathOf(sessionId)}/ops`;
    return understood('ops', await this.send('ops', { method: 'POST', path, json: { ops }, headers }), readReceipt);
  }

  async session(sessionId: string): Promise<SessionAnswer> {
    const answer = await this.send('read', { method: 'GET', path: pathOf(sessionId) });
    return understood('read', answer, readSession);
  }

  async latency(sessionId: string): Promise<LatencyAnswer> {
    const answer = await this.send('latency', { method: 'GET', path: `${pathOf(sessionId)}/latency` });
    return understood('latency', answer, readLatency);
  }

  /** A session that is gone has ended. */
  async end(sessionId: string): Promise<void> {
    const answer = await this.send('end', { method: 'DELETE', path: pathOf(sessionId) });
    if (answer.status !== 404) accepted('end', answer);
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A service that is away is asked once for each further request: waiting for it anew each time would never end. */
  private async send(what: string, request: HttpRequest, policy = this.policy): Promise<RetriedAnswer> {
    let sent = 0;
    try {
      const answer = await withRetries(this.isAway ? { ...policy, attempts: 1 } : policy, () => {
        if (sent > 0) this.retries += 1;
        sent += 1;
        return this.http.send(request);
      });
      this.isAway = isRetryable(answer.status);
      return answer;
    } catch (error) {
      this.isAway = true;
      const { code, message } = error as NodeJS.ErrnoException;
      throw new RequestFailed(`${what}: no answer (${code ?? message}) in ${sent} attempts`);
    }
  }
}

function pathOf(sessionId: string): string {
  return `/v1/sessions/${sessionId}`;
}

function understood<T>(what: string, answer: RetriedAnswer, read: (text: string) => T | undefined): T {
  accepted(what, answer);
  const value = read(answer.text);
  if (value !== undefined) return value;
  throw new RequestFailed(`${what}: the answer has another form than the service's`, answer.status);
}

function accepted(what: string, { status, text, attempts }: RetriedAnswer): void {
  if (status >= 200 && status < 300) return;
  const tries = attempts > 1 ? ` in ${attempts} attempts` : '';
  throw new RequestFailed(`${what}: ${status} ${problemCode(text)}${tries}`.replace(/ +/g, ' ').trimEnd(), status);
}
