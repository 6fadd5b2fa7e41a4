import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/parley-error';
import { type ApiRole, API_ROLES } from '../../config/api-keys';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';

/** Who calls: the key's name and role; `local`, who may do everything, where no keys are configured. */
export interface Caller {
  readonly name: string;
  readonly role: ApiRole;
}

interface KnownKey extends Caller {
  readonly digest: Buffer;
}

const LOCAL: Caller = { name: 'local', role: 'admin' };

/** Whether the caller's role is this one or a higher one. */
export function holdsRole(caller: Caller, role: ApiRole): boolean {
  return API_ROLES.indexOf(caller.role) >= API_ROLES.indexOf(role);
}

/** Tells callers by their key. Without keys everybody is local: the service then listens on loopback only. */
@Injectable()
export class ApiKeyAuthenticator {
  private readonly keys: readonly KnownKey[];

  constructor(@Inject(PARLEY_CONFIG) { apiKeys }: ParleyConfig) {
    this.keys = apiKeys.map(({ name, role, secret }) => ({ name, role, digest: digest(secret) }));
  }

  /**
   * Lets in whoever holds a key of the role or a higher one.
   * @throws ParleyError `unauthorized`, `forbidden`
   */
  admit(authorization: string | undefined, role: ApiRole): Caller {
    if (this.keys.length === 0) return LOCAL;
    const key = this.find(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]);
    if (!key) throw new ParleyError('unauthorized', 'Send a valid key as "Authorization: Bearer <secret>".');
    if (holdsRole(key, role)) return key;
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
