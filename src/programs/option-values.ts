import { UsageError } from './usage-error';

/** What the parser of arguments has to say of them. */
export function wrongOption(error: unknown): UsageError {
  // What follows the first sentence are hints about quoting that fit no option of ours.
  return new UsageError((error as Error).message.split(/\.?\n|\. /)[0]);
}

/** @throws UsageError, as those below */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${name} is "${text}"; it must be a whole number from ${min} to ${max}`);
}

/** Without a slash at its end. */
export function serviceUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') {
    return (url.origin + url.pathname).replace(/\/+$/, '');
  }
  throw new UsageError(`--url is "${text}"; it must be an address such as http://127.0.0.1:3000`);
}

/** A header could carry no other; what the secret is stays unsaid. */
export function secretOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^[!-~]+$/.test(text)) return text;
  throw new UsageError('the API key must be printable ASCII without spaces');
}
