import { percentile } from '../bench/measure';
import type { FuzzRequest, OpenApi } from './http-requests';
import type { FuzzAnswer } from './http-sender';
import type { LiveFuzzer } from './live-fuzzer';

/** Of each kind of fault so many are told whole. */
const MAX_TOLD = 5;

type Counts = Map<string, number>;

const count = (counts: Counts, name: string, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by);
const sorted = (counts: Counts) => Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)));

/** What was sent and what came of it. */
export class Tally {
  private readonly statuses: Counts = new Map();
  private readonly framesSent: Counts = new Map();
  private readonly frameAnswers: Counts = new Map();
  /** Of each operation: requests, and those that were served. */
  private readonly operations = new Map<string, { requests: number; served: number }>();
  private readonly faults = new Map<string, { count: number; examples: string[] }>();
  private readonly answerMs: number[] = [];
  private slowest = { ms: 0, operation: '' };
  private requests = 0;

  constructor(document: OpenApi) {
    for (const [path, verbs] of Object.entries(document.paths)) {
      for (const verb of Object.keys(verbs)) this.operations.set(`${verb} ${path}`, { requests: 0, served: 0 });
    }
  }

  answered(_request: FuzzRequest, { status, ms }: FuzzAnswer, route: { verb: string; path: string } | undefined): void {
    this.requests += 1;
    count(this.statuses, String(status));
    const name = route ? `${route.verb} ${route.path}` : 'elsewhere';
    this.answerMs.push(ms);
    if (ms > this.slowest.ms) this.slowest = { ms: Math.round(ms), operation: name };
    const operation = this.operations.get(name);
    if (!operation) return;
    operation.requests += 1;
    if (status < 300) operation.served += 1;
  }

  framed(type: string): void {
    count(this.framesSent, type);
  }

  live({ answers, faults }: LiveFuzzer): void {
    for (const [answer, times] of answers) count(this.frameAnswers, answer, times);
    for (const fault of faults) this.found('live', fault);
  }

  foundIn({ method, path, holder, headers, body }: FuzzRequest, fault: string, answer: string): void {
    const sent = JSON.stringify({ method, path: path.slice(0, 300), holder, headers, body: body?.slice(0, 1000) });
    this.found(`${method} ${fault.slice(0, 120)}`, `${sent} -> ${answer.slice(0, 400)}`);
  }

  found(kind: string, example: string): void {
    const known = this.faults.get(kind) ?? { count: 0, examples: [] };
    this.faults.set(kind, known);
    known.count += 1;
    if (known.examples.length < MAX_TOLD) known.examples.push(example);
  }

  line(): string {
    const faults = [...this.faults].map(([kind, { count: times }]) => `${times} of ${kind}`);
    return `${this.requests} answers, the slowest after ${this.slowest.ms} ms; faults: ${faults.join(', ') || 'none'}`;
  }

  report() {
    const entries = [...this.operations];
    return {
      requests: this.requests,
      statuses: sorted(this.statuses),
      answeredMs: { p50: Math.round(percentile(this.answerMs, 0.5)), p99: Math.round(percentile(this.answerMs, 0.99)) },
      slowest: this.slowest,
      operations: {
        documented: entries.length,
        sent: entries.filter(([, { requests }]) => requests > 0).length,
        served: entries.filter(([, { served }]) => served > 0).length,
        neverServed: entries.filter(([, { served }]) => served === 0).map(([name]) => name),
      },
      frames: sorted(this.framesSent),
      frameAnswers: sorted(this.frameAnswers),
      faults: [...this.faults].map(([kind, { count: times, examples }]) => ({ kind, count: times, examples })),
    };
  }
}
