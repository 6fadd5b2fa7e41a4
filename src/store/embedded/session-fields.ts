/** One session's fields inside a write transaction: reads see what was set before. */
export interface SessionFields {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** A copy: fields may be removed while it is walked. */
  names(): string[];
}
