import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { JsonObject } from '../../../src/common/json';

/** A piece of the stream, or one of the two words below: the connection is torn; nothing more comes, and it stays. */
export type Step = string | Buffer;

export const RESET = '<reset>';
export const HANG = '<hang>';

/** What the server does with a request: the pieces of a stream one after the other, each in a write of its own. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface SeenRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
}

/** A server that answers requests by script, in the order of the script, and says how its connections ended. */
export class ChatServer {
  readonly requests: SeenRequest[] = [];
  connections = 0;
  /** Answers whose connection the client closed before their end. */
  abandoned = 0;
  private readonly answers: ScriptedAnswer[] = [];

  private constructor(private readonly http: Server) {
    http.on('request', (request, response) => void this.handle(request, response));
    http.on('connection', (socket: Socket) => {
      this.connections += 1;
      socket.setNoDelay();
    });
  }

  static async start(): Promise<ChatServer> {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new ChatServer(http);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** The answers to the next requests. */
  script(...answers: ScriptedAnswer[]): void {
    this.answers.push(...answers);
  }

  async close(): Promise<void> {
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as JsonObject;
    this.requests.push({ url: request.url ?? '', headers: request.headers, body });
    response.on('close', () => (this.abandoned += response.writableFinished ? 0 : 1));
    const { status = 200, headers = {}, steps } = this.answers.shift() ?? { status: 500, steps: ['no script'] };
    if (steps[0] === RESET) return void request.socket.resetAndDestroy();
    response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
    response.flushHeaders();
    for (const step of steps) {
      if (step === HANG) return;
      if (step === RESET) return void request.socket.resetAndDestroy();
      if (response.destroyed) return;
      response.write(step);
      // The write has left the process before the next one is made.
      await turn();
    }
    response.end();
  }
}

/** A refusal, as these APIs write it. */
export function refusal(
  status: number,
  error: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, steps: [JSON.stringify({ error })] };
}
