import { setTimeout as sleep } from 'node:timers/promises';
import { LiveError, type LiveSessionHandle, ParleyLiveClient } from '../../src/client';
import { HttpClient } from '../../src/programs/http-client';
import type { Random } from '../../src/programs/random';
import { isRetryable, retryAfterMs } from '../../src/replay/retry';
import type { ClientOp } from '../../src/store/ops';
import type { Attempts } from './attempts';
import { pick } from './faults';

/** Longer than the service waits for anything: what has no answer by then hangs. */
export const HANG_MS = 30_000;
const PAUSE_MS = 20;
/** Pause after an answer that replicas have it not yet. */
const ASK_AGAIN_MS = 200;

/** What a writer has written: the store must have all of it, once and in this order. */
export interface Written {
  readonly sessionId: string;
  /** Its thread in the history, and its slot. */
  readonly writer: string;
  /** Numbers from 1 that were acknowledged. */
  acknowledged: number;
  /** Requests that were sent again. */
  retries: number;
  /** Answers that replicas had it not yet. */
  notReplicated: number;
  /** Requests without an answer or an error in time. */
  hung: number;
  /** What should never have been answered, by code. */
  readonly refusals: string[];
}

export function nothingWritten(sessionId: string, writer: string): Written {
  return { sessionId, writer, acknowledged: 0, retries: 0, notReplicated: 0, hung: 0, refusals: [] };
}

/** A message with a number, and the number as a slot: both of one batch, so both or neither. */
export function opsOf(writer: string, number: number): ClientOp[] {
  return [
    { op: 'append', agent: writer, role: 'user', content: String(number) },
    { op: 'setSlots', slots: { [writer]: number } },
  ];
}

/** One request after the other to whichever process, each until it is acknowledged, under the same key. */
export async function writeOverHttp(
  urls: readonly string[],
  written: Written,
  random: Random,
  attempts: Attempts,
  until: AbortSignal,
): Promise<void> {
  const clients = urls.map((url) => new HttpClient(url, { connections: 4, timeoutMs: HANG_MS }));
  while (!until.aborted) {
    const number = written.acknowledged + 1;
    const isDone = await acknowledged(clients, written, number, random, attempts);
    if (!isDone) break;
    written.acknowledged = number;
    await sleep(PAUSE_MS * random.next() * 2);
  }
  for (const client of clients) client.close();
}

async function acknowledged(
  clients: HttpClient[],
  written: Written,
  number: number,
  random: Random,
  attempts: Attempts,
): Promise<boolean> {
  const { sessionId, writer } = written;
  const headers = { 'idempotency-key': `${writer}-${number}` };
  const json = { ops: opsOf(writer, number) };
  for (let attempt = 0; ; attempt += 1) {
    if (attempt > 0) written.retries += 1;
    const startMs = performance.now();
    const ended = (isStored: boolean) => attempts.add({ sessionId, startMs, endMs: performance.now(), isStored });
    try {
      const path = `/v1/sessions/${sessionId}/ops`;
      const { status, text, retryAfter } = await pick(random, clients).send({ method: 'POST', path, json, headers });
      ended(status === 200);
      if (status === 200 && !isUnreplicated(text)) return true;
      if (status === 200) {
        written.notReplicated += 1;
        await sleep(ASK_AGAIN_MS);
        continue;
      }
      if (!isRetryable(status)) {
        written.refusals.push(/"code":\s*"([a-z_]+)"/.exec(text)?.[1] ?? String(status));
        return false;
      }
      await sleep(Math.min(retryAfterMs(retryAfter) ?? 100, 500));
    } catch (error) {
      ended(false);
      if ((error as Error).message === 'timeout') written.hung += 1;
      await sleep(100);
    }
  }
}

/** Stored by a primary alone, which may be one no more. */
function isUnreplicated(text: string): boolean {
  return (JSON.parse(text) as { replicated?: false }).replicated === false;
}

/** The same through the client of the live channel, which sends again by itself. */
export class LiveWriting {
  private readonly client: ParleyLiveClient;
  private session: LiveSessionHandle | undefined;

  constructor(
    url: string,
    private readonly written: Written,
  ) {
    this.client = new ParleyLiveClient({ url, durableTimeoutMs: HANG_MS, backoff: { firstMs: 50, longestMs: 500 } });
  }

  async open(): Promise<void> {
    await this.client.connect();
    this.session = await this.client.attach(this.written.sessionId);
  }

  async run(until: AbortSignal): Promise<void> {
    const { written, session } = this;
    while (!until.aborted && session) {
      const number = written.acknowledged + 1;
      try {
        await this.write(session, number);
      } catch (error) {
        written.refusals.push(error instanceof LiveError ? error.code : 'unknown');
        return;
      }
      written.acknowledged = number;
      await sleep(PAUSE_MS);
    }
  }

  private async write(session: LiveSessionHandle, number: number): Promise<void> {
    const { written } = this;
    const { writer } = written;
    const options = { batchId: `${writer}-${number}` };
    while ((await session.apply(opsOf(writer, number), options)).replicated === false) {
      written.notReplicated += 1;
      written.retries += 1;
      await sleep(ASK_AGAIN_MS);
    }
  }

  async close(): Promise<void> {
    this.written.retries += this.client.resends;
    await this.client.close();
  }
}
