import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

export type Answered = (status: number) => void;

/**
 * One connection that stays open, with one request under way, and no more of HTTP than the service's answers need: a
 * client of Node's costs the generator four times as much of the processor, which the services need.
 */
class HttpConnection {
  private received = '';
  private answered: Answered | undefined;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.receive(text));
    socket.on('error', () => undefined);
    socket.once('close', () => this.finish(0));
  }

  get bytes(): number {
    return this.socket.bytesRead + this.socket.bytesWritten;
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  send(request: string, answered: Answered): void {
    this.answered = answered;
    this.socket.write(request);
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(text: string): void {
    this.received += text;
    const head = this.received.indexOf(HEAD_END);
    if (head === -1) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.received)?.[1] ?? 0);
    if (this.received.length < head + HEAD_END.length + length) return;
    const status = Number(this.received.slice(9, 12));
    this.received = '';
    this.finish(status);
  }

  private finish(status: number): void {
    const { answered } = this;
    this.answered = undefined;
    answered?.(status);
  }
}

/** Requests to one service: each that finds no idle connection opens one more, so that none waits for another. */
export class HttpConnections {
  private readonly all: HttpConnection[] = [];
  private readonly idle: HttpConnection[] = [];
  private readonly host: string;
  private readonly port: number;

  constructor(address: string) {
    const [host = '', port] = address.split(':');
    this.host = host;
    this.port = Number(port);
  }

  get bytes(): number {
    return this.all.reduce((sum, connection) => sum + connection.bytes, 0);
  }

  async open(count: number): Promise<void> {
    const opened = Array.from({ length: count }, () => connect(this.port, this.host));
    await Promise.all(opened.map((socket) => once(socket, 'connect')));
    for (const socket of opened) this.idle.push(this.take(socket));
  }

  /** @param answered is told the status; 0 where the connection was lost */
  send(method: string, path: string, headers: string, body: string, answered: Answered): void {
    const connection = this.idle.pop() ?? this.take(connect(this.port, this.host));
    const type = body === '' ? '' : 'content-type: application/json\r\n';
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\n${headers}${type}`;
    connection.send(`${head}content-length: ${Buffer.byteLength(body)}${HEAD_END}${body}`, (status) => {
      if (connection.isOpen) this.idle.push(connection);
      answered(status);
    });
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private take(socket: Socket): HttpConnection {
    const connection = new HttpConnection(socket);
    this.all.push(connection);
    return connection;
  }
}
