import type { WebSocket } from 'ws';
import { openSocket } from '../bench/live-clients';

const ERROR = 'error';
/** Answers that end what was asked; `change` and `closed` are pushes. */
const ENDS = ['durable', 'attached', ERROR];

interface AnswerFrame {
  readonly id?: string;
  readonly type: string;
}

/** One connection of the live channel, with many frames under way, of many sessions. */
export class LiveConnection {
  private readonly underWay = new Map<string, (isDone: boolean) => void>();
  private frames = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly stream: { readonly bytesRead: number; readonly bytesWritten: number },
  ) {
    socket.on('message', (data: Buffer) => this.receive(data));
  }

  static async open(address: string): Promise<LiveConnection> {
    const socket = await openSocket(address);
    // The stream is ws's own secret; what it counts is all that went over the wire.
    const { _socket: stream } = socket as unknown as { _socket: LiveConnection['stream'] };
    return new LiveConnection(socket, stream);
  }

  get bytes(): number {
    return this.stream.bytesRead + this.stream.bytesWritten;
  }

  /** @param fields of the frame beside its id, as JSON without the braces */
  send(fields: string, answered: (isDone: boolean) => void): void {
    this.frames += 1;
    const id = String(this.frames);
    this.underWay.set(id, answered);
    this.socket.send(`{"id":"${id}",${fields}}`);
  }

  close(): void {
    this.socket.terminate();
  }

  private receive(data: Buffer): void {
    const { id, type } = JSON.parse(data.toString()) as AnswerFrame;
    const answered = id === undefined ? undefined : this.underWay.get(id);
    if (!answered || id === undefined || !ENDS.includes(type)) return;
    this.underWay.delete(id);
    answered(type !== ERROR);
  }
}
