import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { JsonValue } from '../../src/common/json';
import { ScriptedSession } from './scripted-session';

export interface ClientFrame {
  readonly id: string;
  readonly type: string;
  readonly sessionId: string;
  readonly batchId: string;
  readonly fromRevision?: number;
  readonly ops: readonly JsonValue[];
}

/**
 * What goes wrong with a frame. `dropped`: the connection breaks before anything is done. `forgotten`: it breaks after
 * `accepted`, with the process that had the batch in memory. `unsaid`: after `accepted`, and the batch becomes durable.
 * `lost`: after it became durable. `busy`, `refused`: an error. `overturned`: a retryable error after `accepted`, as when
 * the store fails for a moment.
 * `slow`: all takes a while. `ignored`: no answer ever comes. `sentAway`: the session is closed, with a hint.
 */
export type Fault =
  | 'none'
  | 'dropped'
  | 'forgotten'
  | 'unsaid'
  | 'lost'
  | 'busy'
  | 'refused'
  | 'overturned'
  | 'slow'
  | 'ignored'
  | 'sentAway';

export interface Script {
  /** Of the next `ops` or `attach` frame; nothing goes wrong without one. */
  readonly fault?: (frame: ClientFrame) => Fault;
  /** Whether a re-attachment gets the changes since, or the whole state. */
  readonly catchUp?: 'changes' | 'state';
  /** The status with which a connection is refused. */
  readonly refusal?: (request: IncomingMessage) => number | undefined;
}

const SLOW_MS = 15;

/** Speaks the frames of the live channel, and does to its clients what the script says. */
export class ScriptedServer {
  readonly sessions = new Map<string, ScriptedSession>();
  readonly seen: ClientFrame[] = [];
  readonly requests: IncomingMessage[] = [];
  private readonly attached = new Map<WebSocket, Set<string>>();

  private constructor(
    private readonly http: Server,
    private readonly channel: WebSocketServer,
    readonly script: Script,
  ) {
    http.on('upgrade', (request, socket, head) => {
      this.requests.push(request);
      const status = script.refusal?.(request);
      if (status !== undefined) socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\n\r\n`);
      else channel.handleUpgrade(request, socket, head, (client) => this.connected(client));
    });
  }

  static async start(script: Script = {}, port = 0): Promise<ScriptedServer> {
    const http = createServer().listen(port, '127.0.0.1');
    await once(http, 'listening');
    return new ScriptedServer(http, new WebSocketServer({ noServer: true }), script);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  session(sessionId: string): ScriptedSession {
    const session = this.sessions.get(sessionId) ?? new ScriptedSession();
    this.sessions.set(sessionId, session);
    return session;
  }

  /** Somebody else writes: all who are attached are told. */
  write(sessionId: string, batchId: string): void {
    const change = this.session(sessionId).apply(batchId, [], 'http');
    this.push({ type: 'change', sessionId, ...change });
  }

  push(frame: Readonly<Record<string, unknown>>): void {
    for (const [client, sessions] of this.attached) {
      const { sessionId } = frame;
      if (typeof sessionId !== 'string' || sessions.has(sessionId)) client.send(JSON.stringify(frame));
    }
  }

  /** Any text, to all. */
  send(text: string): void {
    for (const client of this.channel.clients) client.send(text);
  }

  /** Those who are connected hear nothing any more, and the connection stays. */
  freeze(): void {
    for (const client of this.channel.clients) client.pause();
  }

  dropAll(): void {
    for (const client of this.channel.clients) client.terminate();
  }

  closeAll(code: number): void {
    for (const client of this.channel.clients) client.close(code);
  }

  async close(): Promise<void> {
    this.dropAll();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }

  private connected(client: WebSocket): void {
    this.attached.set(client, new Set());
    client.on('close', () => this.attached.delete(client));
    client.on('error', () => undefined);
    client.on('message', (data: RawData) => {
      const frame = JSON.parse((data as Buffer).toString()) as ClientFrame;
      this.seen.push(frame);
      void this.answer(client, frame);
    });
  }

  private async answer(client: WebSocket, frame: ClientFrame): Promise<void> {
    const { id, type, sessionId } = frame;
    if (type === 'ping') return client.send(JSON.stringify({ id, type: 'pong', at: 1 }));
    if (type === 'detach') {
      this.attached.get(client)?.delete(sessionId);
      return client.send(JSON.stringify({ id, type: 'detached', sessionId }));
    }
    const fault = this.script.fault?.(frame) ?? 'none';
    if (fault === 'dropped') return client.terminate();
    if (fault === 'ignored') return undefined;
    if (fault === 'busy') return refuse(client, id, 'store_unavailable', true);
    if (fault === 'refused') return refuse(client, id, 'validation_failed', false);
    if (fault === 'sentAway') return this.sendAway(client, sessionId);
    return type === 'attach' ? this.attach(client, frame) : this.ops(client, frame, fault);
  }

  private attach(client: WebSocket, { id, sessionId, fromRevision }: ClientFrame): void {
    const session = this.session(sessionId);
    this.attached.get(client)?.add(sessionId);
    const answer = { id, type: 'attached', sessionId, revision: session.revision };
    const changes = session.log.filter(({ revision }) => revision > (fromRevision ?? 0));
    const withChanges = fromRevision !== undefined && this.script.catchUp !== 'state';
    client.send(JSON.stringify({ ...answer, ...(withChanges ? { changes } : { state: session.state(sessionId) }) }));
  }

  private async ops(client: WebSocket, frame: ClientFrame, fault: Fault): Promise<void> {
    const { id, sessionId, batchId, ops } = frame;
    const session = this.session(sessionId);
    if (!this.attached.get(client)?.has(sessionId)) return refuse(client, id, 'not_attached', false);
    session.accept(batchId, ops, () => refuse(client, id, 'store_unavailable', true));
    client.send(JSON.stringify({ id, type: 'accepted', sessionId, batchId }));
    if (fault === 'slow') await sleep(SLOW_MS);
    if (fault === 'overturned') return session.overturn();
    if (fault === 'forgotten') {
      session.forget();
      return client.terminate();
    }
    // Forgotten or overturned together with a batch behind it.
    if (!session.knows(batchId)) return undefined;
    if (fault === 'unsaid') client.terminate();
    const { revision, messages } = session.store(batchId);
    if (fault === 'lost') client.terminate();
    else if (client.readyState === client.OPEN) {
      client.send(JSON.stringify({ id, type: 'durable', sessionId, batchId, revision, messages }));
    }
    return undefined;
  }

  private sendAway(client: WebSocket, sessionId: string): void {
    this.attached.get(client)?.delete(sessionId);
    client.send(JSON.stringify({ type: 'closed', sessionId, reason: 'moved', reconnectAfterSeconds: 0.001 }));
  }
}

function refuse(client: WebSocket, id: string, code: string, retryable: boolean): void {
  client.send(JSON.stringify({ id, type: 'error', code, detail: code, retryable }));
}
