import type { Output } from '../programs/output';

const STYLES = { agent: '1;36', note: '2', caller: '1' } as const;

/** What the person at the terminal sees. Speech of one agent runs on in a line until something else happens. */
export class Screen {
  /** Who speaks in the line that is not ended yet. */
  private speaker: string | undefined;

  constructor(private readonly output: Output) {}

  /** Something that is not speech, in a line of its own. */
  note(text: string): void {
    this.line(this.styled('note', `  ${text}`));
  }

  line(text: string): void {
    this.endSpeech();
    this.output.write(`${text}\n`);
  }

  /** The caller's words, where they were not typed. */
  caller(text: string): void {
    this.line(`${this.styled('caller', 'you')}: ${text}`);
  }

  speaks(agent: string): void {
    if (this.speaker === agent) return void this.output.write(' ');
    this.endSpeech();
    this.speaker = agent;
    this.output.write(`${this.styled('agent', agent)}: `);
  }

  write(text: string): void {
    this.output.write(text);
  }

  endSpeech(): void {
    if (this.speaker !== undefined) this.output.write('\n');
    this.speaker = undefined;
  }

  private styled(style: keyof typeof STYLES, text: string): string {
    return this.output.isTTY ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }
}
