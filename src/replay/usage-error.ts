/** What the person who started the replay can mend: a wrong option or a wrong file. Said in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
