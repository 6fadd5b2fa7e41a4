import { LiveError } from './live-error';
import type { LiveSettings } from './live-options';

export interface LiveAccess {
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** How the next connection shows who it is. @throws whatever the ticket's provider throws */
export async function accessTo({ url, key, ticket, connectTimeoutMs }: LiveSettings): Promise<LiveAccess> {
  const address = new URL(url);
  if (!ticket) return { address, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } };
  address.searchParams.set('ticket', await inTime(ticket(), connectTimeoutMs));
  return { address, headers: {} };
}

async function inTime(ticket: Promise<string>, ms: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LiveError('no_ticket', 'no ticket came in time', true)), ms);
  });
  return Promise.race([ticket, late]).finally(() => clearTimeout(timer));
}
