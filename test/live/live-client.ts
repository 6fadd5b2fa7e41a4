import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ServerFrame, ServerFrameOf, ServerFrameType } from '../../src/live';
import type { Answer, TestService } from '../support/service';
import { faultOf } from './documented-frames';

export interface Entry {
  /** Secret of a key. */
  readonly key?: string;
  readonly ticket?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: pings are not answered, as by a peer that is gone. */
  readonly autoPong?: boolean;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

type Matching<K extends ServerFrameType> = Partial<ServerFrameOf<K>>;

/** How long a frame is waited for. */
const FRAME_TIMEOUT_MS = 5000;

function socketTo(service: TestService, { key, ticket, headers, autoPong = true }: Entry): WebSocket {
  const query = ticket === undefined ? '' : `?ticket=${encodeURIComponent(ticket)}`;
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const url = `${service.url.replace('http', 'ws')}/v1/live${query}`;
  return new WebSocket(url, { headers: { ...authorization, ...headers }, autoPong, perMessageDeflate: true });
}

/** A client of the live channel that holds every frame it is sent against the AsyncAPI document. */
export class LiveClient {
  /** Everything that has come. */
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<Closing>;
  private readonly waiting = new Set<() => void>();
  private readonly faults: string[] = [];
  private unread: ServerFrame[] = [];
  private lastId = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as ServerFrame));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  static open(service: TestService, entry: Entry = {}): Promise<LiveClient> {
    const socket = socketTo(service, entry);
    const client = new LiveClient(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  /** How an upgrade is refused. */
  static refused(service: TestService, entry: Entry = {}): Promise<Answer> {
    const socket = socketTo(service, entry);
    socket.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      socket.once('open', () => reject(new Error('the socket was let in')));
      socket.once('unexpected-response', (_request, response: IncomingMessage) => resolve(answerOf(response)));
    });
  }

  private receive(frame: ServerFrame): void {
    const fault = faultOf(frame);
    if (fault) this.faults.push(fault);
    this.frames.push(frame);
    this.unread.push(frame);
    for (const look of [...this.waiting]) look();
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  raw(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** Sends a frame with an id of its own and gives the first answer of a type. */
  ask<K extends ServerFrameType>(
    type: K,
    frame: { type: string } & Record<string, unknown>,
  ): Promise<ServerFrameOf<K>> {
    const id = `f${(this.lastId += 1)}`;
    this.send({ id, ...frame });
    return this.next(type, { id } as unknown as Matching<K>);
  }

  attach(sessionId: string, fromRevision?: number): Promise<ServerFrameOf<'attached'>> {
    return this.ask('attached', { type: 'attach', sessionId, ...(fromRevision !== undefined && { fromRevision }) });
  }

  ops(sessionId: string, ops: readonly object[], batchId?: string): Promise<ServerFrameOf<'durable'>> {
    return this.ask('durable', { type: 'ops', sessionId, ops, ...(batchId !== undefined && { batchId }) });
  }

  /** The next frame of a type with these members; the others stay for later. */
  async next<K extends ServerFrameType>(type: K, members: Matching<K> = {}): Promise<ServerFrameOf<K>> {
    const deadline = performance.now() + FRAME_TIMEOUT_MS;
    for (;;) {
      if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
      const index = this.unread.findIndex((frame) => frame.type === type && hasMembers(frame, members));
      if (index >= 0) return this.unread.splice(index, 1)[0] as ServerFrameOf<K>;
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) throw new Error(`no ${type} with ${JSON.stringify(members)}; ${this.describe()}`);
      await this.more(remainingMs);
    }
  }

  private async more(withinMs: number): Promise<void> {
    let look: (() => void) | undefined;
    const timer = new AbortController();
    const came = new Promise<void>((resolve) => this.waiting.add((look = resolve)));
    await Promise.race([came, sleep(withinMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    if (look) this.waiting.delete(look);
  }

  /** What was pushed until an answer to a ping: everything that was under way before it. */
  async pushed(): Promise<ServerFrame[]> {
    await this.ask('pong', { type: 'ping' });
    return this.frames.filter((frame) => !('id' in frame));
  }

  revisions(): number[] {
    return this.frames.flatMap((frame) => (frame.type === 'change' ? [frame.revision] : []));
  }

  private describe(): string {
    return `unread: ${JSON.stringify(this.unread).slice(0, 1000)}`;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
  }
}

function hasMembers(frame: object, members: object): boolean {
  return Object.entries(members).every(([name, value]) => (frame as Record<string, unknown>)[name] === value);
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const headers = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return { status: response.statusCode ?? 0, headers, text, body: JSON.parse(text) as Record<string, unknown> };
}
