import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { until } from '../until';
import { RealtimeCall } from './realtime-call';
import type { Reply } from './realtime-reply';

export interface RealtimeScript {
  /** Which names and shapes it speaks and takes. */
  readonly dialect?: 'general' | 'dated';
  /** The only key that is let in, whichever header it comes in. */
  readonly apiKey?: string;
  /** The status with which a connection is refused. */
  readonly refusal?: (request: IncomingMessage) => number | undefined;
  /** What is never answered. */
  readonly stalls?: 'upgrade' | 'session.created' | 'session.updated';
  /** Whether pings are answered; true by default. */
  readonly pongs?: boolean;
  /** Sent first, instead of `session.created`. */
  readonly greeting?: Readonly<Record<string, unknown>>;
  /** Whether a caller who begins to speak ends the response under way; true by default. */
  readonly interrupts?: boolean;
  /** Deltas of a response that still come after it was cancelled. */
  readonly lateDeltas?: number;
}

/** A realtime model of OpenAI's protocol, on a port of its own, that says what it is told to. */
export class RealtimeServer {
  readonly calls: RealtimeCall[] = [];
  readonly requests: IncomingMessage[] = [];
  /** What the model will say, response by response; without any it says "Yes." */
  readonly replies: Reply[] = [];
  private readonly sockets: Duplex[] = [];

  private constructor(
    private readonly http: Server,
    channel: WebSocketServer,
    private readonly script: RealtimeScript,
  ) {
    http.on('upgrade', (request, socket, head) => {
      this.requests.push(request);
      this.sockets.push(socket);
      if (script.stalls === 'upgrade') return;
      const status = this.statusOf(request);
      if (status !== undefined) socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\n\r\n`);
      else
        channel.handleUpgrade(request, socket, head, (client) =>
          this.calls.push(new RealtimeCall(client, script, this.replies)),
        );
    });
  }

  static async start(script: RealtimeScript = {}): Promise<RealtimeServer> {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new RealtimeServer(http, new WebSocketServer({ noServer: true, autoPong: script.pongs ?? true }), script);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo).port}/v1/realtime`;
  }

  /** The last connection. */
  get call(): RealtimeCall {
    const call = this.calls.at(-1);
    if (!call) throw new Error('Nobody has connected.');
    return call;
  }

  async nextCall(number: number): Promise<RealtimeCall> {
    await until(() => this.calls.length >= number);
    return this.calls[number - 1] as RealtimeCall;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }

  private statusOf(request: IncomingMessage): number | undefined {
    const { apiKey, refusal } = this.script;
    const given = request.headers['api-key'] ?? request.headers.authorization?.replace('Bearer ', '');
    return apiKey !== undefined && given !== apiKey ? 401 : refusal?.(request);
  }
}
