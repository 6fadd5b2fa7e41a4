/** How long before a session expires it is looked at: time to archive it, and to try again where that fails. */
export const MARGIN_SECONDS = 30;
/** A session that was archived is looked at once more so long after it should have expired: it may have gone on. */
const AFTER_SECONDS = 1;

/** A session that expires, as far as is known. Times in seconds since the epoch. */
export interface Expiring {
  readonly expiresAt: number;
  readonly ttlSeconds: number;
}

/** When it is to be looked at whether the session is still idle. One that lives shortly is not taken for idle at once. */
export function lookTime({ expiresAt, ttlSeconds }: Expiring): number {
  return expiresAt - Math.min(MARGIN_SECONDS, ttlSeconds / 2);
}

/** When it is to be looked at whether an archived session has gone on after all. */
export function secondLookTime({ expiresAt }: Pick<Expiring, 'expiresAt'>): number {
  return expiresAt + AFTER_SECONDS;
}
