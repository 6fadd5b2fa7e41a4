import { SESSIONS } from './odd';

const PLACEHOLDER = /fuzz-(\d+)(?![\w-])/g;

/** The sessions that requests and frames name. An id is used once: what ended is remembered, and would answer no other way. */
export class SessionsInUse {
  private readonly generations = SESSIONS.map(() => 0);
  private turn = 0;

  /** @param open makes a session of this id; @param end ends it */
  constructor(
    private readonly open: (sessionId: string) => Promise<void>,
    private readonly end: (sessionId: string) => Promise<void>,
  ) {}

  async start(): Promise<void> {
    await Promise.all(SESSIONS.map((_, index) => this.open(this.idOf(index))));
  }

  /** The text with the ids of sessions in the places of their names. */
  named(text: string): string {
    return text.replace(PLACEHOLDER, (name, index: string) =>
      Number(index) < SESSIONS.length ? this.idOf(+index) : name,
    );
  }

  /** Opens another one where this path is of a session in use, which has ended. */
  async replaceEnded(path: string): Promise<void> {
    const [, index, generation] = /\/sessions\/fuzz-(\d+)-(\d+)(?![\w-])/.exec(path) ?? [];
    if (index === undefined || this.generations[+index] !== Number(generation)) return;
    await this.replace(Number(index));
  }

  /** Ends one of them, each in its turn: none may become so large that reading it is all that is done. */
  async renewOne(): Promise<void> {
    const index = (this.turn += 1) % SESSIONS.length;
    const old = this.idOf(index);
    await this.replace(index);
    await this.end(old);
  }

  private async replace(index: number): Promise<void> {
    this.generations[index] = (this.generations[index] ?? 0) + 1;
    await this.open(this.idOf(index));
  }

  private idOf(index: number): string {
    return `fuzz-${index}-${this.generations[index] ?? 0}`;
  }
}
