import { PassThrough } from 'node:stream';
import { EXIT, runReplay } from '../../src/replay/replay';
import { KEYS } from './stage';

const SAMPLE = 'test/fixtures/calls.sample.ndjson';

/** Real calls that are played over the live channel, a good deal faster than people speak, until they are stopped. */
export class RunningReplay {
  private readonly stopped = new AbortController();
  private readonly errors = new PassThrough();
  private readonly code: Promise<number>;

  constructor(url: string, { speed = 10, concurrency = 6 } = {}) {
    const key = ['--key', KEYS.voice.secret];
    const pace = ['--speed', String(speed), '--concurrency', String(concurrency)];
    this.code = runReplay([SAMPLE, '--url', url, '--live', ...key, ...pace], {
      environment: {},
      output: new PassThrough().resume(),
      errors: this.errors,
      signal: this.stopped.signal,
    });
  }

  /** Ends it, and its sessions. @throws Error where the service has not kept what was played */
  async stop(): Promise<void> {
    this.stopped.abort();
    const code = await this.code;
    if (code !== EXIT.same && code !== EXIT.stopped) {
      throw new Error(`The replay ended with ${code}: ${String(this.errors.read() as Buffer | null)}`);
    }
  }
}
