import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import type { ServerOptions, WebSocketServer } from 'ws';
import { HttpConnections } from '../../api/http-connections';
import { ParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { LiveAccess } from './live-access';
import { serveWithoutUpgrade, upgradeRefusal } from './upgrade-refusal';

/** A server of WebSockets as the base class keeps it, by path. */
type PathServer = WebSocketServer & { readonly path: string };

/** Opens the live channel on the service's own port; before it listens. */
export function serveLive(app: NestFastifyApplication): void {
  app.useWebSocketAdapter(new LiveAdapter(app));
}

/**
 * Nest's adapter for `ws`, with the service's own access, limits and refusals. Frames go to the gateway as they are: its
 * routing of messages by event would answer nothing to a frame that it does not understand.
 */
export class LiveAdapter extends WsAdapter {
  protected override readonly logger = new Logger('Live');

  constructor(private readonly app: NestFastifyApplication) {
    super(app);
  }

  override create(port: number, options: ServerOptions & { path?: string } = {}): WebSocketServer {
    const config = this.app.get<ParleyConfig>(PARLEY_CONFIG);
    const server: WebSocketServer = super.create(port, {
      ...options,
      // Frames are small and sockets many: a compressor for each would cost more memory than all else.
      perMessageDeflate: false,
      maxPayload: config.http.bodyLimitBytes,
      verifyClient: this.verifier(config.live.maxSockets, () => server.clients.size),
    }) as WebSocketServer;
    server.on('wsClientError', (_error, socket) => {
      answer(socket as Socket, new ParleyError('bad_request', 'The request is no valid upgrade to a WebSocket.'));
    });
    return server;
  }

  private verifier(maxSockets: number, countOpen: () => number): NonNullable<ServerOptions['verifyClient']> {
    const access = this.app.get(LiveAccess);
    const crowded = () =>
      new ParleyError('too_many_sockets', `At most ${maxSockets} sockets are open at a time (LIVE_MAX_SOCKETS).`);
    return ({ req }, done) => {
      const refuse = (error: unknown) => {
        const { status, headers, body } = upgradeRefusal(error);
        done(false, status, body, headers);
      };
      // Counted last: `done` opens the socket in the same step, so no two can take the last place.
      access.admit(req).then(() => (countOpen() < maxSockets ? done(true) : refuse(crowded())), refuse);
    };
  }

  /** Errors of a socket are its connection's, which is told of them too. */
  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    return server.on('connection', (socket) => socket.on('error', () => undefined));
  }

  override bindMessageHandlers(): void {
    // The gateway's connections read their frames themselves.
  }

  protected override ensureHttpServerExists(port: number, httpServer?: Server): Server | undefined {
    if (!httpServer || this.httpServersRegistry.has(port)) return undefined;
    this.httpServersRegistry.set(port, httpServer);
    httpServer.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const server = this.serverFor(port, request);
      if (server) this.upgrade(server, request, socket, head);
      else serveWithoutUpgrade(httpServer, request, socket, head);
    });
    return httpServer;
  }

  private serverFor(port: number, { headers, url = '' }: IncomingMessage): PathServer | undefined {
    if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
    const servers = (this.wsServersRegistry.get(port) ?? []) as PathServer[];
    return servers.find(({ path }) => path === url.split('?')[0]);
  }

  private upgrade(server: PathServer, request: IncomingMessage, socket: Socket, head: Buffer): void {
    server.handleUpgrade(request, socket, head, (client) => {
      // From here on it is no connection of requests: its end is the gateway's business.
      this.app.get(HttpConnections).release(socket);
      server.emit('connection', client, request);
    });
  }
}

function answer(socket: Socket, error: ParleyError): void {
  const { status, headers, body } = upgradeRefusal(error);
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Error\r\n${head}\r\n${body}`);
}
