import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { FuzzRequest, Holder } from './http-requests';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly ms: number;
}

/** What takes longer hangs: many slow things in a row, on a machine with other work, take less. */
export const HANG_MS = 60_000;

/** Secrets of the service's keys, by who holds them. */
export const KEYS: Readonly<Record<Holder, string | undefined>> = {
  admin: 'fuzz-admin-secret-1',
  runtime: 'fuzz-runtime-secret-1',
  read: 'fuzz-reading-secret-1',
  wrong: 'fuzz-unknown-secret-1',
  nobody: undefined,
};

export const API_KEYS = (['admin', 'runtime', 'read'] as const)
  .map((role) => `${role}-of-fuzz:${role}:${KEYS[role]}`)
  .join();

/** What a sender meets where the other side closes: before it writes, or while it does. */
const CLOSED = ['ECONNRESET', 'EPIPE'];

/** Sends requests as they are: paths are not tidied up, and methods may have bodies that they should not. */
export class HttpSender {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error where no whole answer comes in time */
  async send(request: FuzzRequest): Promise<FuzzAnswer> {
    const startedMs = performance.now();
    try {
      return await this.once(request, this.agent, startedMs);
    } catch (error) {
      if (!CLOSED.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      // The connection was being closed as the request came: a client sends it again over another one.
      return this.once(request, undefined, startedMs);
    }
  }

  private once({ method, path, headers, holder, body }: FuzzRequest, agent: Agent | undefined, startedMs: number) {
    const secret = KEYS[holder];
    const fields = {
      ...headers,
      ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    };
    const options = { host: '127.0.0.1', port: this.port, method, path, headers: fields, agent: agent ?? false };
    return new Promise<FuzzAnswer>((resolve, reject) => {
      const sent = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('close', () => {
          clearTimeout(timer);
          if (!response.complete) return reject(new Error('half an answer'));
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            ms: performance.now() - startedMs,
          });
        });
      });
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS);
      // A refusal may come before all of the body has been sent: its answer counts, and comes first.
      sent.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
