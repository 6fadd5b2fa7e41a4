import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/parley-error';
import { type ApiKey, type ApiRole, includesRole } from '../../config/api-keys';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';

/** Who calls: the key's name and role; `local`, who may do everything, where no keys are configured. */
export interface Caller {
  readonly name: string;
  readonly role: ApiRole;
}

/** A configured key, told by its digest. */
interface KnownKey extends ApiKey {
  readonly digest: Buffer;
}

/** Who calls where no keys are configured. */
export const LOCAL: Caller = { name: 'local', role: 'admin' };

/** Whether the caller may do what a role is needed for. */
export function holdsRole(caller: Caller, role: ApiRole): boolean {
  return includesRole(caller.role, role);
}

/** @throws ParleyError `forbidden` */
export function requireRole<C extends Caller>(caller: C, role: ApiRole): C {
  if (holdsRole(caller, role)) return caller;
  throw new ParleyError('forbidden', `This needs a key with the role ${role}.`);
}

/** Tells callers by their key. Without keys everybody is local: the service then listens on loopback only. */
@Injectable()
export class ApiKeyAuthenticator {
  private readonly keys: readonly KnownKey[];

  constructor(@Inject(PARLEY_CONFIG) { apiKeys }: ParleyConfig) {
    this.keys = apiKeys.map((key) => ({ ...key, digest: digest(key.secret) }));
  }

  /** Whether anybody is asked for a key. */
  get isOpen(): boolean {
    return this.keys.length === 0;
  }

  /**
   * Lets in whoever holds a key of the role, or of one that includes it.
   * @throws ParleyError `unauthorized`, `forbidden`
   */
  admit(authorization: string | undefined, role: ApiRole): Caller {
    if (this.isOpen) return LOCAL;
    const key = this.withSecret(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]);
    if (!key) throw new ParleyError('unauthorized', 'Send a valid key as "Authorization: Bearer <secret>".');
    return requireRole(key, role);
  }

  /** The key of a name, which is no secret. */
  named(name: string): ApiKey | undefined {
    return this.keys.find((key) => key.name === name);
  }

  /** Digests of one length are compared, all of them every time: how long it takes says nothing about any key. */
  withSecret(secret: string | undefined): ApiKey | undefined {
    if (secret === undefined) return undefined;
    const presented = digest(secret);
    let found: ApiKey | undefined;
    for (const key of this.keys) if (timingSafeEqual(key.digest, presented)) found = key;
    return found;
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
