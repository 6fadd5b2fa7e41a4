import type { TurnEvent } from '../orchestration/cascade';
import { problemCode } from '../programs/answers';
import { serverSentEvents } from './server-sent-events';

/** The service did not do what it was asked to. Its message holds names and codes only. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';

  constructor(
    message: string,
    /** Of the answer; undefined where there was none. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** The routes of the service by which a call is held. All of its methods throw CallFailed. */
export class CallClient {
  private readonly authorization: Readonly<Record<string, string>>;

  constructor(
    private readonly url: string,
    key: string | undefined,
  ) {
    this.authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  }

  /** What answers callers, in the service's words; empty where it does not say. */
  async model(): Promise<string> {
    const answer = (await this.json('look', '/health/ready')) as { details?: { model?: { model?: unknown } } };
    const name = answer.details?.model?.model;
    return typeof name === 'string' ? name : '';
  }

  async open(request: { readonly sessionId?: string; readonly email?: string }): Promise<OpenedCall> {
    return (await this.json('open', '/v1/sessions', request)) as OpenedCall;
  }

  async isThere(sessionId: string): Promise<boolean> {
    const response = await this.send('join', `/v1/sessions/${sessionId}`);
    await response.body?.cancel();
    if (response.status === 404) return false;
    return accepted('join', response) !== undefined;
  }

  /** What happens in a turn, as it happens. */
  async *turn(sessionId: string, transcript: string): AsyncGenerator<TurnEvent, void> {
    const accept = { accept: 'text/event-stream' };
    const response = await this.send('turn', `/v1/sessions/${sessionId}/turns`, { transcript }, accept);
    const { body } = await accepted('turn', response);
    if (!body) return;
    try {
      for await (const data of serverSentEvents(body)) yield JSON.parse(data) as TurnEvent;
    } catch {
      throw new CallFailed('turn: the answer broke off');
    }
  }

  private async json(what: string, path: string, body?: unknown): Promise<unknown> {
    const response = await accepted(what, await this.send(what, path, body));
    try {
      return await response.json();
    } catch {
      throw new CallFailed(`${what}: the answer has another form than the service's`, response.status);
    }
  }

  private async send(
    what: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const content =
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    try {
      const all = { ...content.headers, ...this.authorization, ...headers };
      return await fetch(this.url + path, { ...content, headers: all });
    } catch (error) {
      const { code = 'unknown reason' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      throw new CallFailed(`${what}: no answer (${code})`);
    }
  }
}

export interface OpenedCall {
  readonly sessionId: string;
  readonly profileFound: boolean;
}

async function accepted(what: string, response: Response): Promise<Response> {
  if (response.ok) return response;
  const code = problemCode(await response.text());
  throw new CallFailed(`${what}: ${response.status} ${code}`.trimEnd(), response.status);
}
