/** What the person who started a program can mend: a wrong option or a wrong file. Said in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
