import { HttpConnections } from './http-connection';
import { LiveConnection } from './live-connection';

/** How the turns of calls reach the services. */
export const WAYS = ['live', 'http'] as const;
export type Way = (typeof WAYS)[number];

export type Told = (isDone: boolean) => void;

/** The way of a call's requests. Each tells of its end, and none throws for what the service does. */
export interface Wire {
  /** Of all connections so far, both ways. */
  readonly bytes: number;
  open(sessionId: string, context: string, told: Told): void;
  turn(sessionId: string, batchId: string, ops: string, told: Told): void;
  end(sessionId: string, told: Told): void;
  close(): void;
}

const IDLE_CONNECTIONS = 32;
/** Of each service; each holds a thousand sessions at most. */
const LIVE_CONNECTIONS = 8;

/** Every request to whichever service is next, as a balancer without stickiness has it. */
class HttpWire implements Wire {
  private requests = 0;

  private constructor(private readonly services: readonly HttpConnections[]) {}

  static async connect(addresses: readonly string[]): Promise<HttpWire> {
    const services = addresses.map((address) => new HttpConnections(address));
    await Promise.all(services.map((service) => service.open(IDLE_CONNECTIONS)));
    return new HttpWire(services);
  }

  get bytes(): number {
    return this.services.reduce((sum, service) => sum + service.bytes, 0);
  }

  open(sessionId: string, context: string, told: Told): void {
    const body = `{"sessionId":"${sessionId}","context":${context}}`;
    this.next().send('POST', '/v1/sessions', '', body, (status) => told(status === 201));
  }

  turn(sessionId: string, batchId: string, ops: string, told: Told): void {
    const key = `idempotency-key: ${batchId}\r\n`;
    const path = `/v1/sessions/${sessionId}/ops`;
    this.next().send('POST', path, key, `{"ops":${ops}}`, (status) => told(status === 200));
  }

  end(sessionId: string, told: Told): void {
    this.next().send('DELETE', `/v1/sessions/${sessionId}`, '', '', (status) => told(status === 204));
  }

  close(): void {
    for (const service of this.services) service.close();
  }

  private next(): HttpConnections {
    this.requests += 1;
    return this.services[this.requests % this.services.length] as HttpConnections;
  }
}

/** Turns over sockets that are attached to their sessions; sessions are opened and ended over HTTP, wherever. */
class LiveWire implements Wire {
  private readonly attached = new Map<string, LiveConnection>();
  private sessions = 0;

  private constructor(
    private readonly http: HttpWire,
    private readonly sockets: readonly LiveConnection[],
  ) {}

  static async connect(addresses: readonly string[]): Promise<LiveWire> {
    const places = Array.from({ length: LIVE_CONNECTIONS }, () => addresses).flat();
    const sockets = await Promise.all(places.map((address) => LiveConnection.open(address)));
    return new LiveWire(await HttpWire.connect(addresses), sockets);
  }

  get bytes(): number {
    return this.sockets.reduce((sum, socket) => sum + socket.bytes, this.http.bytes);
  }

  open(sessionId: string, context: string, told: Told): void {
    this.sessions += 1;
    const socket = this.sockets[this.sessions % this.sockets.length] as LiveConnection;
    this.http.open(sessionId, context, (isOpen) => {
      if (!isOpen) return told(false);
      this.attached.set(sessionId, socket);
      socket.send(`"type":"attach","sessionId":"${sessionId}","fromRevision":1`, told);
    });
  }

  turn(sessionId: string, batchId: string, ops: string, told: Told): void {
    const batch = `"sessionId":"${sessionId}","batchId":"${batchId}","waitFor":"durable"`;
    this.attached.get(sessionId)?.send(`"type":"ops",${batch},"ops":${ops}`, told);
  }

  end(sessionId: string, told: Told): void {
    this.attached.delete(sessionId);
    this.http.end(sessionId, told);
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
    this.http.close();
  }
}

export function connectWire(way: Way, addresses: readonly string[]): Promise<Wire> {
  return way === 'live' ? LiveWire.connect(addresses) : HttpWire.connect(addresses);
}
