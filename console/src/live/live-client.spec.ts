import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket as Socket, WebSocketServer } from 'ws';
import { until } from '../../../test/support/until';
import type { Change, SessionView } from '../api/types';
import { LiveClient } from './live-client';

type Frame = Readonly<Record<string, unknown>>;

/** The other end of the channel: what was asked, and what to answer by hand. */
class Service {
  readonly asked: Frame[] = [];
  private socket: Socket | undefined;

  constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      this.socket = socket;
      socket.on('message', (data) => this.asked.push(JSON.parse((data as Buffer).toString()) as Frame));
    });
  }

  async next(type: string): Promise<Frame> {
    await until(() => this.asked.some((frame) => frame['type'] === type));
    const index = this.asked.findIndex((frame) => frame['type'] === type);
    return this.asked.splice(index, 1)[0] as Frame;
  }

  tell(frame: Frame): void {
    this.socket?.send(JSON.stringify(frame));
  }

  drop(): void {
    this.socket?.terminate();
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

const state = (revision: number) => ({ sessionId: 's1', revision }) as unknown as SessionView;
const change = (revision: number): Frame => ({ type: 'change', sessionId: 's1', revision, ops: [] });

describe('the live channel of the console', () => {
  let server: WebSocketServer;
  let service: Service;
  let client: LiveClient;
  const told: unknown[] = [];
  const handlers = {
    onState: ({ revision }: SessionView) => told.push(['state', revision]),
    onChange: ({ revision }: Change) => told.push(['change', revision]),
    onClosed: (reason: string) => told.push(['closed', reason]),
  };

  beforeEach(async () => {
    told.length = 0;
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    service = new Service(server);
    client = new LiveClient(async () => new Socket(service.url) as unknown as WebSocket);
  });

  afterEach(() => {
    client.stop();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  it('goes on from the last revision after a lost connection', async () => {
    client.attach('s1', handlers);
    client.start();
    const { id } = await service.next('attach');
    service.tell({ type: 'attached', id, sessionId: 's1', revision: 3, state: state(3) });
    service.tell(change(4));
    await until(() => told.length === 2);
    service.drop();
    const again = await service.next('attach');
    expect(again).toMatchObject({ sessionId: 's1', fromRevision: 4 });
    service.tell({ type: 'attached', id: again['id'], sessionId: 's1', revision: 5, changes: [change(5)] });
    await until(() => told.length === 3);
    expect(told).toEqual([
      ['state', 3],
      ['change', 4],
      ['change', 5],
    ]);
  });

  it('tells how it stands', async () => {
    const seen: string[] = [];
    client.onStatus(() => seen.push(client.status));
    client.start();
    await until(() => client.status === 'connected');
    service.drop();
    await until(() => seen.length === 3);
    expect(seen).toEqual(['connected', 'reconnecting', 'connected']);
  });

  it('counts as disconnected where nobody answers for long', async () => {
    client = new LiveClient(() => Promise.reject(new Error('refused')));
    client.start();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      client.retryNow();
    }
    await until(() => client.status === 'disconnected');
  });

  it('tells why a session is not to be had, and asks no more for it', async () => {
    client.attach('s1', handlers);
    client.start();
    const { id } = await service.next('attach');
    service.tell({ type: 'error', id, code: 'session_not_found', detail: 'None.', retryable: false });
    await until(() => told.length === 1);
    expect(told).toEqual([['closed', 'session_not_found']]);
    service.drop();
    await until(() => client.status === 'reconnecting');
    await until(() => client.status === 'connected');
    expect(service.asked).toEqual([]);
  });

  it('asks for the list again, and for the last one only', async () => {
    const lists: number[] = [];
    const list = { onSessions: ({ total }: { total: number }) => lists.push(total), onRefused: () => lists.push(-1) };
    client.watchSessions({ search: 'a', agent: '' }, list);
    client.watchSessions({ search: 'b', offset: 50 }, list);
    client.start();
    const { id, ...asked } = await service.next('watchSessions');
    expect(asked).toEqual({ type: 'watchSessions', search: 'b', offset: 50 });
    service.tell({ type: 'sessions', id: 'of-the-window-before', total: 1, sessions: [] });
    service.tell({ type: 'sessions', id, total: 7, sessions: [] });
    await until(() => lists.length === 1);
    service.drop();
    await service.next('watchSessions');
    expect(service.asked).toEqual([]);
    expect(lists).toEqual([7]);
  });
});
