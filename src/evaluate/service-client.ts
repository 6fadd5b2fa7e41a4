import type { JsonObject } from '../common/json';
import { answerReader, problemCode } from '../programs/answers';
import type { HttpClient, HttpRequest } from '../programs/http-client';
import {
  LATENCY,
  READY,
  SESSION,
  type SessionAnswer,
  type StageAnswer,
  TURN,
  type TurnAnswer,
} from './service-answers';

/** Code of a request that was not answered in time. */
export const HUNG = 'hung';

/** The service did not do what it was asked to. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';

  constructor(
    what: string,
    /** Of the service's refusal, {@link HUNG}, or the system's word for why there was no answer. */
    readonly code: string,
  ) {
    super(`${what}: ${code}`);
  }
}

const readTurn = answerReader(TURN);
const readSession = answerReader(SESSION);
const readLatency = answerReader(LATENCY);
const readReady = answerReader(READY);

/** The routes of the service that an evaluation needs. Nothing is sent twice. All of its methods throw RequestFailed. */
export class ServiceClient {
  constructor(private readonly http: Pick<HttpClient, 'send'>) {}

  /** The model that answers callers, in the service's words. */
  async model(): Promise<string> {
    return (await this.ask('model', { method: 'GET', path: '/health/ready' }, readReady)).details.model.model;
  }

  async open(sessionId: string, context: JsonObject): Promise<void> {
    await this.send('open', { method: 'POST', path: '/v1/sessions', json: { sessionId, context } });
  }

  async putInCharge(sessionId: string, agent: string): Promise<void> {
    const json = { ops: [{ op: 'setActiveAgent', agent }] };
    await this.send('ops', { method: 'POST', path: `${pathOf(sessionId)}/ops`, json });
  }

  turn(sessionId: string, turnId: string, transcript: string): Promise<TurnAnswer> {
    const path = `${pathOf(sessionId)}/turns`;
    return this.ask('turn', { method: 'POST', path, json: { turnId, transcript } }, readTurn);
  }

  session(sessionId: string): Promise<SessionAnswer> {
    return this.ask('read', { method: 'GET', path: pathOf(sessionId) }, readSession);
  }

  async end(sessionId: string): Promise<void> {
    await this.send('end', { method: 'DELETE', path: pathOf(sessionId) });
  }

  /** The stages of the service since it has started. */
  async stages(): Promise<Readonly<Record<string, StageAnswer>>> {
    return (await this.ask('latency', { method: 'GET', path: '/v1/latency' }, readLatency)).stages;
  }

  private async ask<T>(what: string, request: HttpRequest, read: (text: string) => T | undefined): Promise<T> {
    const value = read(await this.send(what, request));
    if (value === undefined) throw new RequestFailed(what, 'unknown_answer');
    return value;
  }

  private async send(what: string, request: HttpRequest): Promise<string> {
    const { status, text } = await this.http.send(request).catch((error: NodeJS.ErrnoException) => {
      throw new RequestFailed(what, error.message === 'timeout' ? HUNG : (error.code ?? 'no_answer'));
    });
    if (status >= 200 && status < 300) return text;
    throw new RequestFailed(what, problemCode(text) || `status_${status}`);
  }
}

function pathOf(sessionId: string): string {
  return `/v1/sessions/${sessionId}`;
}
