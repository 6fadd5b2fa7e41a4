import { connect } from 'node:net';

export interface Trickled {
  /** What the server said before it closed. */
  readonly text: string;
  readonly seconds: number;
}

/** Sends `head` at once and then `piece` again and again, until the server closes. */
export function trickle(port: number, head: string, piece: string, everyMs: number): Promise<Trickled> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(head));
    const timer = setInterval(() => socket.write(piece), everyMs);
    socket.on('data', (data: Buffer) => {
      text += data.toString();
    });
    // What is sent into a connection that is being closed.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearInterval(timer);
      resolve({ text, seconds: (performance.now() - startedMs) / 1000 });
    });
  });
}
