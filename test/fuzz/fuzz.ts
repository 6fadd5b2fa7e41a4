import fc from 'fast-check';
import { readAsyncApiFile } from '../support/asyncapi-file';
import { readOpenApiFile } from '../support/openapi-file';
import { grows, slopeOf } from '../soak/slope';
import { valueOf } from '../soak/sampler';
import { type FuzzRequest, type OpenApi, requestsOf } from './http-requests';
import { HttpSender, KEYS } from './http-sender';
import { HttpVerdict } from './http-verdict';
import { type AsyncApi, type FuzzFrame, framesOf } from './live-frames';
import { LiveFuzzer } from './live-fuzzer';
import type { FuzzOptions } from './options';
import { EXPERIMENTS } from './odd';
import { SessionsInUse } from './sessions-in-use';
import { Tally } from './tally';
import { Target } from './target';

/** What is sent between two looks at the sessions. */
const CHUNK = 1000;
const CONNECTIONS = 16;
const SOCKETS = 4;
const SAMPLES = 24;
/** Memory of a start is not yet the memory of work. */
const WARM_UP = 1 / 3;
/** In so few the heap has only begun to find its level. */
const JUDGED_FROM = 20_000;

export interface HeapReport {
  /** After a collection: at the start, after each third, MiB. */
  readonly atThirds: readonly number[];
  /** Of what is sent after the first third, MiB for 10,000 of them, with its 95 % interval. */
  readonly slope: number;
  readonly from: number;
  readonly to: number;
  readonly judged: boolean;
  readonly grows: boolean;
}
export type FuzzReport = ReturnType<Tally['report']> & {
  readonly seed: number;
  readonly store: string;
  readonly seconds: number;
  readonly heap: HeapReport;
  /** Handles that are left when all connections are closed, beyond those before. */
  readonly socketsLeft: number;
};

/** @param say progress, a line each */
export async function fuzz(options: FuzzOptions, say: (line: string) => void): Promise<FuzzReport> {
  const target = await Target.start(options.store);
  const run = new FuzzRun(target, options, say);
  const startedMs = performance.now();
  try {
    await run.all();
  } finally {
    const endedWell = await target.stop();
    if (!endedWell) run.tally.found('process', 'it did not end with 0 at SIGTERM');
    for (const line of target.complaints) run.tally.found('log', line.slice(0, 500));
  }
  const { seed, store } = options;
  return { seed, store, seconds: Math.round((performance.now() - startedMs) / 1000), ...run.outcome() };
}

class FuzzRun {
  readonly tally: Tally;
  private readonly requests: fc.Arbitrary<FuzzRequest>;
  private readonly frames: fc.Arbitrary<FuzzFrame>;
  private readonly verdict: HttpVerdict;
  private readonly sender: HttpSender;
  private readonly sessions: SessionsInUse;
  private readonly heap: { seconds: number; value: number }[] = [];
  private sent = 0;
  private socketsLeft = 0;

  constructor(
    private readonly target: Target,
    private readonly options: FuzzOptions,
    private readonly say: (line: string) => void,
  ) {
    const openApi = JSON.parse(readOpenApiFile()) as OpenApi;
    this.requests = requestsOf(openApi);
    this.frames = framesOf(JSON.parse(readAsyncApiFile()) as AsyncApi);
    this.verdict = new HttpVerdict(openApi);
    this.tally = new Tally(openApi);
    this.sender = new HttpSender(target.port, CONNECTIONS);
    this.sessions = new SessionsInUse(
      (sessionId) => this.ask('POST', '/v1/sessions', { sessionId }),
      (sessionId) => this.ask('DELETE', `/v1/sessions/${sessionId}`),
    );
  }

  async all(): Promise<void> {
    const { requests, frames } = this.options;
    const chunks = Math.max(1, Math.ceil(requests / CHUNK), Math.ceil(frames / CHUNK));
    await this.sessions.start();
    for (const id of EXPERIMENTS) await this.ask('POST', '/v1/admin/experiments', experiment(id));
    await this.sample();
    for (let chunk = 0; chunk < chunks && this.target.isRunning; chunk += 1) {
      await this.chunk(chunk, share(requests, chunk, chunks), share(frames, chunk, chunks));
      if (isSampled(chunk + 1, chunks)) await this.sample();
    }
    if (!this.target.isRunning) return this.tally.found('process', `it ended:\n${this.target.output.slice(-2000)}`);
    this.sender.close();
    this.socketsLeft = valueOf(await this.target.measure(), 'parley_live_sockets');
  }

  private async chunk(number: number, requests: number, frames: number): Promise<void> {
    const seed = this.options.seed + number;
    const sampled = {
      requests: fc.sample(this.requests, { numRuns: requests, seed }),
      frames: this.framesOf(frames, seed),
    };
    await Promise.all([
      this.sendAll(sampled.requests),
      this.frameAll(sampled.frames, number),
      this.sessions.renewOne(),
    ]);
    this.sent += requests + frames;
  }

  private framesOf(numRuns: number, seed: number): FuzzFrame[] {
    return numRuns === 0 ? [] : fc.sample(this.frames, { numRuns, seed });
  }

  private async sendAll(requests: readonly FuzzRequest[]): Promise<void> {
    const waiting = requests[Symbol.iterator]();
    const lane = async () => {
      for (const request of waiting) await this.sendOne(request);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  }

  private async sendOne(sampled: FuzzRequest): Promise<void> {
    const body = sampled.body === undefined ? undefined : this.sessions.named(sampled.body);
    const request = { ...sampled, path: this.sessions.named(sampled.path), body };
    try {
      const answer = await this.sender.send(request);
      const fault = this.verdict.faultOf(request, answer);
      this.tally.answered(request, answer, this.verdict.routeOf(request));
      if (fault !== undefined) this.tally.foundIn(request, fault, answer.text);
      if (request.method === 'DELETE' && answer.status === 204) await this.sessions.replaceEnded(request.path);
    } catch (error) {
      this.tally.foundIn(request, (error as Error).message, '');
    }
  }

  private async frameAll(frames: readonly FuzzFrame[], chunk: number): Promise<void> {
    if (frames.length === 0) return;
    const names = Array.from({ length: SOCKETS }, (_, index) => index);
    await Promise.all(
      names.map((name) =>
        this.frameSome(
          frames.filter((_, index) => index % SOCKETS === name),
          name,
          chunk,
        ),
      ),
    );
  }

  /** One socket after another, the next where a frame closed the one before. */
  private async frameSome(frames: readonly FuzzFrame[], name: number, chunk: number): Promise<void> {
    // One of them may only read.
    const secret = String(name === 0 && chunk % 4 === 0 ? KEYS.read : KEYS.runtime);
    let socket: LiveFuzzer | undefined;
    for (const [number, frame] of frames.entries()) {
      socket ??= await LiveFuzzer.open(this.target.port, secret, String(name));
      socket.send({ ...frame, text: this.sessions.named(frame.text) }, number);
      this.tally.framed(frame.type);
      if (socket.isOpen && number < frames.length - 1) continue;
      await socket.finish();
      this.tally.live(socket);
      socket = undefined;
    }
  }

  private async sample(): Promise<void> {
    const value = valueOf(await this.target.measure(), 'nodejs_heap_size_used_bytes');
    this.heap.push({ seconds: this.sent, value });
    this.say(`${this.sent} sent; heap ${mebibytes(value)} MiB; ${this.tally.line()}`);
  }

  /** What the fuzzer itself needs. */
  private async ask(method: string, path: string, json?: object): Promise<void> {
    const headers = { authorization: `Bearer ${KEYS.admin}`, ...(json && { 'content-type': 'application/json' }) };
    const answer = await fetch(this.target.url + path, {
      method,
      headers,
      ...(json && { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    if (!answer.ok && answer.status !== 404) this.tally.found('own request', `${method} ${path}: ${text}`);
  }

  outcome() {
    return { ...this.tally.report(), heap: heapReport(this.heap), socketsLeft: this.socketsLeft };
  }
}

const experiment = (id: string) => ({
  id,
  agent: 'Concierge',
  variants: [{ name: 'warm', weight: 1, overrides: { greeting: 'Hello, {{ caller_name }}.' } }],
});

function heapReport(samples: readonly { seconds: number; value: number }[]): HeapReport {
  const total = samples.at(-1)?.seconds ?? 0;
  const steady = samples.filter(({ seconds }) => seconds >= total * WARM_UP);
  // Its "hour" is 3600 of what stands for seconds: here requests and frames.
  const slope = slopeOf(steady);
  const perTenThousand = (perHour: number) => mebibytes((perHour / 3600) * 10_000);
  const judged = total >= JUDGED_FROM;
  return {
    atThirds: [0, 1, 2, 3].map((third) =>
      mebibytes(samples.find((one) => one.seconds >= (total * third) / 3)?.value ?? 0),
    ),
    slope: perTenThousand(slope.perHour),
    from: perTenThousand(slope.from),
    to: perTenThousand(slope.to),
    judged,
    grows: judged && grows(slope, 0.001),
  };
}

const mebibytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 100) / 100;
const share = (all: number, chunk: number, chunks: number) =>
  Math.floor((all * (chunk + 1)) / chunks) - Math.floor((all * chunk) / chunks);
const isSampled = (done: number, chunks: number) =>
  Math.floor((done * SAMPLES) / chunks) > Math.floor(((done - 1) * SAMPLES) / chunks);

export function isClean({ faults, heap, socketsLeft }: FuzzReport): boolean {
  return faults.length === 0 && !heap.grows && socketsLeft === 0;
}
