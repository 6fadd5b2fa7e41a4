import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Output } from '../programs/output';

/** Where the caller's words come from. */
export interface CallerInput {
  /** Whether what was said is to be seen already. */
  readonly isEchoed: boolean;
  /** The next words; undefined at the end. */
  line(): Promise<string | undefined>;
  /** Tells of key presses until it is called off. */
  onKey(listener: () => void): () => void;
  close(): void;
}

const USUAL_COLUMNS = 80;

export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

export function callerInput(input: Input, output: Output, signal: AbortSignal): CallerInput {
  return input.isTTY && output.isTTY ? new TypedInput(input, output, signal) : new PipedInput(input, signal);
}

/** A turn a line; nobody presses a key. */
class PipedInput implements CallerInput {
  readonly isEchoed = false;
  private readonly reader: Interface;
  private readonly lines: AsyncIterator<string>;

  constructor(input: Input, signal: AbortSignal) {
    this.reader = createInterface({ input });
    this.lines = this.reader[Symbol.asyncIterator]();
    whenAborted(signal, () => this.reader.close());
  }

  async line(): Promise<string | undefined> {
    const next = await this.lines.next();
    return next.done === true ? undefined : next.value;
  }

  onKey(): () => void {
    return () => undefined;
  }

  close(): void {
    this.reader.close();
  }
}

/** A terminal, whose keys are read one by one: what is typed while an agent speaks is the beginning of the next line. */
class TypedInput implements CallerInput {
  readonly isEchoed = true;
  private readonly reader: Interface;
  private readonly echo: Echo;
  private readonly typed: string[] = [];
  private isOver = false;
  private waiting: (() => void) | undefined;

  constructor(
    private readonly input: Input,
    output: Output,
    signal: AbortSignal,
  ) {
    this.echo = new Echo(output);
    this.reader = createInterface({ input, output: this.echo, terminal: true, prompt: 'you: ' });
    this.reader.on('line', (line) => this.typed.push(line) && this.waiting?.());
    this.reader.once('close', () => {
      this.isOver = true;
      this.waiting?.();
    });
    whenAborted(signal, () => this.reader.close());
  }

  async line(): Promise<string | undefined> {
    this.echo.isOn = true;
    this.reader.prompt(true);
    while (this.typed.length === 0 && !this.isOver) await new Promise<void>((resolve) => (this.waiting = resolve));
    if (this.isOver) this.echo.write('\n');
    this.echo.isOn = false;
    return this.typed.shift();
  }

  onKey(listener: () => void): () => void {
    this.input.on('keypress', listener);
    return () => this.input.off('keypress', listener);
  }

  close(): void {
    this.reader.close();
  }
}

/** Shows what is typed, while it is the caller's turn to be seen. */
class Echo extends Writable {
  isOn = true;

  constructor(private readonly output: Output) {
    super();
  }

  get columns(): number {
    return (this.output as { readonly columns?: number }).columns ?? USUAL_COLUMNS;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.isOn) this.output.write(chunk);
    done();
  }
}

function whenAborted(signal: AbortSignal, stop: () => void): void {
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
}
