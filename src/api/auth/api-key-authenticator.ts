import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/parley-error';
import { type ApiRole, API_ROLES } from '../../config/api-keys';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';

interface KnownKey {
  readonly name: string;
  readonly rank: number;
  readonly digest: Buffer;
}

/** Who calls: the key's name, or `local` where no keys are configured. */
export interface Caller {
  readonly name: string;
}

const LOCAL: Caller = { name: 'local' };

/** Tells callers by their key. Without keys everybody is local: the service then listens on loopback only. */
@Injectable()
export class ApiKeyAuthenticator {
  private readonly keys: readonly KnownKey[];

  constructor(@Inject(PARLEY_CONFIG) { apiKeys }: ParleyConfig) {
    this.keys = apiKeys.map(({ name, role, secret }) => ({
      name,
      rank: API_ROLES.indexOf(role),
      digest: digest(secret),
    }));
  }

  /**
   * Lets in whoever holds a key of the role or a higher one.
   * @throws ParleyError `unauthorized`, `forbidden`
   */
  admit(authorization: string | undefined, role: ApiRole): Caller {
    if (this.keys.length === 0) return LOCAL;
    const key = this.find(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]);
    if (!key) throw new ParleyError('unauthorized', 'Send a valid key as "Authorization: Bearer <secret>".');
    if (key.rank >= API_ROLES.indexOf(role)) return key;
    throw new ParleyError('forbidden', `This needs a key with the role ${role}.`);
  }

  /** Digests of one length are compared, all of them every time: how long it takes says nothing about any key. */
  private find(secret: string | undefined): KnownKey | undefined {
    if (secret === undefined) return undefined;
    const presented = digest(secret);
    let found: KnownKey | undefined;
    for (const key of this.keys) if (timingSafeEqual(key.digest, presented)) found = key;
    return found;
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
