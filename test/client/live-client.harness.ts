import { LiveError, ParleyLiveClient } from '../../src/client';
import type { LiveClientOptions } from '../../src/client';
import { type Fault, type Script, ScriptedServer } from './scripted-server';

const QUICK = { backoff: { firstMs: 2, longestMs: 10 }, ackTimeoutMs: 200, closeTimeoutMs: 200 };

/** A scripted service and its clients, all of them closed at the end of a test. */
export class LiveBench {
  private readonly servers: ScriptedServer[] = [];
  private readonly clients: ParleyLiveClient[] = [];

  async server(script: Script = {}, port = 0): Promise<ScriptedServer> {
    const server = await ScriptedServer.start(script, port);
    this.servers.push(server);
    return server;
  }

  client(options: LiveClientOptions): ParleyLiveClient {
    const client = new ParleyLiveClient({ ...QUICK, ...options });
    this.clients.push(client);
    return client;
  }

  async connected(url: string, options: Partial<LiveClientOptions> = {}): Promise<ParleyLiveClient> {
    const client = this.client({ url, ...options });
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.close()));
    await Promise.all(this.servers.splice(0).map((server) => server.close()));
  }
}

/** The faults of the next frames of one type, and nothing after them. */
export function faultsOf(type: 'ops' | 'attach', ...faults: Fault[]): Script {
  return { fault: (frame) => (frame.type === type ? (faults.shift() ?? 'none') : 'none') };
}

export const flag = (value: boolean) => [{ op: 'setInterrupted', value }] as const;

/** The code with which something is refused. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LiveError) return error.code;
  throw new Error(`not refused by the client: ${String(error)}`);
}
