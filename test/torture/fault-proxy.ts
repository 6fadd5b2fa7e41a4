import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP way to a port on this machine, which can be broken in the ways in which networks break. */
export class FaultProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private delayMs = 0;
  private isStalled = false;
  private isDeaf = false;
  private isClosed = false;

  private constructor(
    private readonly server: Server,
    private readonly target: () => number,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async start(target: () => number): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What goes either way arrives later. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** Nothing goes through, and no connection ends. */
  stall(): void {
    this.isStalled = true;
  }

  /** Requests arrive, answers do not: what was asked for is done, and nobody is told. */
  deafen(): void {
    this.isDeaf = true;
  }

  /** Ends every connection at once. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Ends every connection at once, and takes no other. */
  close(): void {
    this.isClosed = true;
    this.cut();
  }

  /** All is well again. What was held back is lost, as its connection is. */
  heal(): void {
    const wasSilent = this.isStalled || this.isDeaf;
    this.delayMs = 0;
    this.isStalled = this.isDeaf = this.isClosed = false;
    if (wasSilent) this.cut();
  }

  async stop(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.isClosed) return void client.destroy();
    const server = connect(this.target(), '127.0.0.1');
    const pair = [client, server] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    client.on('data', (data) => this.pass(data, server, () => this.isStalled));
    server.on('data', (data) => this.pass(data, client, () => this.isStalled || this.isDeaf));
  }

  /** Later never means before what came earlier: timers of one length fire in their order. */
  private pass(data: Buffer, to: Socket, isHeld: () => boolean): void {
    const write = () => void (!isHeld() && to.writable && to.write(data));
    if (this.delayMs === 0) write();
    else setTimeout(write, this.delayMs);
  }
}
