import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import type { ApiKey } from '../../config/api-keys';
import { ApiKeyAuthenticator } from '../auth/api-key-authenticator';

/** How long a session lasts without a sign of life. */
export const CONSOLE_SESSION_SECONDS = 30 * 60;
/** Keys of MACs are made for this alone: what is signed here means nothing elsewhere. */
const PURPOSE = 'parley console session';
/** `expiresAt.mac.key`; a key's name may hold dots and stands last. */
const TOKEN = /^(\d{1,12})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9._-]{1,64})$/;

/** Who has signed in to the console, and until when: seconds since the epoch. */
export interface ConsoleSession {
  readonly key: ApiKey;
  readonly expiresAt: number;
}

/**
 * Sessions of the console: a token that names a key and is signed with its secret, so that every process that knows the key
 * knows the session, none keeps it, and it ends with the key. Its role is whatever the key's role is now.
 */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly authenticator: ApiKeyAuthenticator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  begin(key: ApiKey): { readonly session: ConsoleSession; readonly token: string } {
    const expiresAt = Math.floor(nowSeconds(this.clock)) + CONSOLE_SESSION_SECONDS;
    return { session: { key, expiresAt }, token: `${expiresAt}.${macOf(key, expiresAt)}.${key.name}` };
  }

  /** Undefined for what was never signed here, has expired, or names a key that is gone. */
  read(token: string): ConsoleSession | undefined {
    const [, until = '', mac = '', name = ''] = TOKEN.exec(token) ?? [];
    const key = this.authenticator.named(name);
    const expiresAt = Number(until);
    if (!key || expiresAt <= nowSeconds(this.clock)) return undefined;
    return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(key, expiresAt))) ? { key, expiresAt } : undefined;
  }

  /** Whether half of it has gone, so that it is to begin anew. */
  isAgeing({ expiresAt }: ConsoleSession): boolean {
    return expiresAt - nowSeconds(this.clock) < CONSOLE_SESSION_SECONDS / 2;
  }
}

function macOf({ name, secret }: ApiKey, expiresAt: number): string {
  const signingKey = Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32));
  return createHmac('sha256', signingKey).update(`${expiresAt}.${name}`).digest('base64url');
}
