import { PassThrough } from 'node:stream';
import { EXIT, runReplay } from '../../src/replay/replay';
import { KEYS } from './stage';

const SAMPLE = 'test/fixtures/calls.sample.ndjson';

/** Real calls that are played over the live channel, faster than people speak, again and again until they are stopped. */
export class RunningReplay {
  private readonly stopped = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly pace = ['--speed', '3', '--concurrency', '6'],
  ) {
    this.ended = this.play();
    // It is waited for at the end; until then a failure is nobody's.
    this.ended.catch(() => undefined);
  }

  /** Ends it, and its sessions. @throws Error where the service has not kept what was played */
  stop(): Promise<void> {
    this.stopped.abort();
    return this.ended;
  }

  private async play(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const errors = new PassThrough();
      const args = [SAMPLE, '--url', this.url, '--live', '--key', KEYS.voice.secret, ...this.pace];
      const code = await runReplay(args, { environment: {}, output: new PassThrough().resume(), errors, signal });
      if (code !== EXIT.same && code !== EXIT.stopped) {
        throw new Error(`The replay ended with ${code}: ${String(errors.read() as Buffer | null)}`);
      }
    }
  }
}
