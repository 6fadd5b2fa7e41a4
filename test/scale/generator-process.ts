import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { tracked } from '../support/tracked-child';
import type { StepLatencies, StepOptions } from './step';
import type { Way } from './wire';

/** What the generator is told first. */
export interface GeneratorOrder {
  readonly way: Way;
  /** Of the services, as `host:port`. */
  readonly addresses: readonly string[];
  /** Of calls. */
  readonly file: string;
  readonly seed: number;
  /** Calls that are under way all the time. */
  readonly sessions: number;
  /** What its sessions' ids begin with. */
  readonly name: string;
}

export type GeneratorEvent =
  | { readonly type: 'ready'; readonly failures: number }
  | { readonly type: 'measured'; readonly moment: 'from' | 'to'; readonly bytes: number }
  | { readonly type: 'step'; readonly latencies: StepLatencies };

/** The process that makes the load, as its parent sees it. */
export class Generator {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves once all its calls are open. @throws Error where some could not be opened */
  static async start(order: GeneratorOrder): Promise<Generator> {
    const flags = ['-r', './test/support/register.cjs'];
    const generator = new Generator(tracked(fork(join(__dirname, 'generator.ts'), { execArgv: flags })));
    const ready = generator.next('ready');
    generator.child.send(order);
    const { failures } = await ready;
    if (failures > 0) throw new Error(`${failures} calls could not be opened.`);
    return generator;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** @param onMeasured told when what counts begins and ends, with the bytes that have gone over the wire so far */
  async step(options: StepOptions, onMeasured: (moment: 'from' | 'to', bytes: number) => void): Promise<StepLatencies> {
    const listen = (event: GeneratorEvent) => {
      if (event.type === 'measured') onMeasured(event.moment, event.bytes);
    };
    this.child.on('message', listen);
    const step = this.next('step');
    this.child.send(options);
    const { latencies } = await step;
    this.child.off('message', listen);
    return latencies;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private next<T extends GeneratorEvent['type']>(type: T): Promise<Extract<GeneratorEvent, { type: T }>> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('The generator ended.'));
      const listen = (event: GeneratorEvent) => {
        if (event.type !== type) return;
        this.child.off('message', listen).off('exit', gone);
        resolve(event as Extract<GeneratorEvent, { type: T }>);
      };
      this.child.on('message', listen).once('exit', gone);
    });
  }
}
