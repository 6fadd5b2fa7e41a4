import { Inject, Injectable } from '@nestjs/common';

import { deepFreeze, type JsonValue } from '../common/json';
import { toJsonSafe } from '../common/json-safe';
import type { CustomerProfile } from './profile';
import { PROFILE_PROVIDER, type ProfileProvider } from './profile-provider';

/** Who is calling, as far as it is known. */
export interface ProfileQuery {
  readonly email?: string | undefined;
  readonly clientId?: string | undefined;
}

/** The context keys that a loaded profile fills. A type, not an interface, so that it is a JsonObject too. */
export type ProfileContext = {
  readonly session_profile: JsonValue;
  readonly client_id: string;
  readonly caller_name: string;
  readonly institution_name: string;
  readonly customer_intelligence: JsonValue;
};

/** Their names. */
export const PROFILE_CONTEXT_KEYS = [
  'session_profile',
  'client_id',
  'caller_name',
  'institution_name',
  'customer_intelligence',
] as const satisfies readonly (keyof ProfileContext)[];

@Injectable()
export class SessionLoader {
  constructor(@Inject(PROFILE_PROVIDER) private readonly provider: ProfileProvider) {}

  /**
   * The caller's profile, by e-mail first, then by client id; undefined if there is none.
   * @throws ParleyError `profile_source_unavailable` if nothing was found and a source could not answer.
   */
  async load({ email, clientId }: ProfileQuery): Promise<CustomerProfile | undefined> {
    const lookups = [
      isGiven(email) ? () => this.provider.findByEmail(email) : undefined,
      isGiven(clientId) ? () => this.provider.findByClientId(clientId) : undefined,
    ];
    const failures: unknown[] = [];
    for (const lookup of lookups) {
      try {
        const profile = await lookup?.();
        if (profile !== undefined) return profile;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return undefined;
  }

  /** What the profile puts into a session's context: a frozen, JSON-safe copy. */
  contextOf(profile: CustomerProfile): ProfileContext {
    return deepFreeze({
      session_profile: toJsonSafe(profile),
      client_id: profile.client_id,
      caller_name: profile.full_name,
      institution_name: profile.institution_name,
      customer_intelligence: toJsonSafe(profile.customer_intelligence),
    });
  }
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
