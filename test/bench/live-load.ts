import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { openSocket } from './live-clients';

export interface LiveLoad {
  readonly address: string;
  /** One socket each. */
  readonly sessionIds: readonly string[];
  /** Frames that each socket has under way. */
  readonly window: number;
  /** Whether each socket is attached to its session, and so told of it. */
  readonly attached: boolean;
  readonly seconds: number;
  readonly ops: unknown;
}

/** Before it is measured: the code of this process is new. */
const WARM_UP_MS = 1000;

/** A client's frames, as many under way as the window holds; counts those that are durable. */
class Writer {
  durable = 0;
  private frames = 0;
  private readonly tail: string;

  constructor(
    private readonly socket: WebSocket,
    private readonly sessionId: string,
    private readonly load: LiveLoad,
  ) {
    this.tail = `","type":"ops","sessionId":"${sessionId}","waitFor":"durable","ops":${JSON.stringify(load.ops)}}`;
  }

  start(): void {
    this.socket.on('message', (data: Buffer) => this.receive(data));
    if (this.load.attached) {
      this.socket.send(JSON.stringify({ id: 'attach', type: 'attach', sessionId: this.sessionId }));
    }
    for (let frame = 0; frame < this.load.window; frame += 1) this.next();
  }

  private next(): void {
    this.frames += 1;
    this.socket.send(`{"id":"${this.frames}${this.tail}`);
  }

  private receive(data: Buffer): void {
    if (data.includes('"type":"error"')) throw new Error(`A frame was refused: ${data.toString()}`);
    if (!data.includes('"type":"durable"')) return;
    this.durable += 1;
    this.next();
  }
}

/** Frames a second of LOAD, that became durable. A process of its own, started by live.bench.ts. */
async function main(load: LiveLoad): Promise<void> {
  const writers = await Promise.all(
    load.sessionIds.map(async (id) => new Writer(await openSocket(load.address), id, load)),
  );
  for (const writer of writers) writer.start();
  await sleep(WARM_UP_MS);
  const durable = () => writers.reduce((sum, writer) => sum + writer.durable, 0);
  const [before, startedMs] = [durable(), performance.now()];
  await sleep(load.seconds * 1000);
  const perSecond = ((durable() - before) / (performance.now() - startedMs)) * 1000;
  process.stdout.write(JSON.stringify({ perSecond }));
  process.exit(0);
}

void main(JSON.parse(process.env['LOAD'] ?? '{}') as LiveLoad);
