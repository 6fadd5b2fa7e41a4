import { once } from 'node:events';
import { WebSocket } from 'ws';
import { faultOf } from '../live/documented-frames';
import { HANG_MS } from './http-sender';
import type { FuzzFrame } from './live-frames';

/** The last answer to each frame; an error ends every one. */
const LAST_ANSWERS: Readonly<Record<string, string>> = {
  attach: 'attached',
  detach: 'detached',
  'playback.next': 'playback.message',
  'playback.done': 'playback.settled',
  'playback.failed': 'playback.settled',
  'turn.take': 'turn.ended',
  'turn.cancel': 'turn.cancelled',
  ping: 'pong',
};
const TOO_BIG = 1009;
/** Errors that are ours, and still no fault; see http-verdict.ts. */
const FAULTS_OF_OURS = ['internal_error', 'session_corrupt', 'store_unavailable', 'model_refused'];

interface Frame {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly waitFor?: unknown;
  readonly code?: unknown;
}

/** One socket: sends frames, waits for the last answer to each, and holds all that comes against the document. */
export class LiveFuzzer {
  /** Answers by type, errors by code. */
  readonly answers = new Map<string, number>();
  readonly faults: string[] = [];
  /** The type of the last answer, by the id of the frame. */
  private readonly waiting = new Map<string, string>();
  /** Errors that must come without an id. */
  private unnamed = 0;
  private mayBeClosed = false;
  private looked: (() => void) | undefined;

  private constructor(
    private readonly socket: WebSocket,
    private readonly name: string,
  ) {
    socket.on('message', (data: Buffer) => this.receive(data.toString()));
    socket.on('error', (error) => this.faults.push(`socket: ${error.message}`));
    socket.on('close', (code) => this.closed(code));
  }

  static async open(port: number, secret: string, name: string): Promise<LiveFuzzer> {
    const headers = { authorization: `Bearer ${secret}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/live`, { headers });
    const fuzzer = new LiveFuzzer(socket, name);
    await once(socket, 'open');
    return fuzzer;
  }

  /** Whether it is there to be sent something: a frame that was too large has closed it otherwise. */
  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN && !this.mayBeClosed;
  }

  send({ text, isBinary }: FuzzFrame, number: number): void {
    const named = withOwnId(Buffer.from(text).toString(), `${this.name}-${number}-`);
    this.expect(named, isBinary);
    this.socket.send(isBinary ? Buffer.from(named) : named, { binary: isBinary });
  }

  private expect(text: string, isBinary: boolean): void {
    if (Buffer.byteLength(text) > 2 ** 20) this.mayBeClosed = true;
    const { id, type, waitFor } = isBinary ? {} : frameOf(text);
    if (typeof id !== 'string' || id.length < 1 || id.length > 64) this.unnamed += 1;
    else this.waiting.set(id, lastAnswer(type, waitFor));
  }

  private receive(text: string): void {
    const frame = JSON.parse(text) as Frame & { readonly type: string };
    const isError = frame.type === 'error';
    this.count(isError ? `error ${String(frame.code)}` : frame.type);
    const fault = faultOf(frame);
    if (fault !== undefined) this.faults.push(fault);
    if (isError && FAULTS_OF_OURS.includes(String(frame.code))) this.faults.push(`error ${text.slice(0, 300)}`);
    if (typeof frame.id === 'string') this.answered(frame.id, frame.type);
    else if (isError) this.unnamed -= 1;
    this.looked?.();
  }

  private answered(id: string, type: string): void {
    if (type === 'error' || this.waiting.get(id) === type) this.waiting.delete(id);
  }

  private count(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }

  private closed(code: number): void {
    this.count(`closed ${code}`);
    const isExpected = code === 1000 || code === 1005 || (code === TOO_BIG && this.mayBeClosed);
    if (!isExpected) this.faults.push(`the socket was closed with ${code}`);
    this.waiting.clear();
    this.unnamed = 0;
    this.looked?.();
  }

  /** Waits until all has been answered, and closes. */
  async finish(): Promise<void> {
    const deadline = performance.now() + HANG_MS;
    while (this.waiting.size > 0 || this.unnamed !== 0) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) {
        const [id, type] = [...this.waiting][0] ?? [];
        this.faults.push(
          `no answer within ${HANG_MS} ms: ${this.waiting.size} frames (${type} for ${id}), ${this.unnamed} unnamed`,
        );
        break;
      }
      await this.more(leftMs);
    }
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }

  private more(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.looked = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function frameOf(text: string): Frame {
  try {
    return (JSON.parse(text) ?? {}) as Frame;
  } catch {
    return {};
  }
}

/** Before its id, so that no two answers can be taken for one; where it has one, and there is room. */
function withOwnId(text: string, prefix: string): string {
  const { id } = frameOf(text);
  if (typeof id !== 'string' || id.length < 1 || id.length > 64) return text;
  const own = (prefix + id).slice(0, 64);
  const renamed = text.replace(`"id":${JSON.stringify(id)}`, () => `"id":${JSON.stringify(own)}`);
  // Another member may have had the same text before it: then the frame keeps what it has.
  return frameOf(renamed).id === own ? renamed : text;
}

function lastAnswer(type: unknown, waitFor: unknown): string {
  if (type === 'ops') return waitFor === 'accepted' ? 'accepted' : 'durable';
  return (typeof type === 'string' ? LAST_ANSWERS[type] : undefined) ?? 'error';
}
