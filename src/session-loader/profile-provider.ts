import type { CustomerProfile } from './profile';

/**
 * A source of customer profiles. Absent and failed differ: `undefined` means that the source answered and
 * knows no such customer; a source that cannot answer throws.
 */
export interface ProfileProvider {
  /** Stands in logs and errors. */
  readonly name: string;
  findByEmail(email: string): Promise<CustomerProfile | undefined>;
  findByClientId(clientId: string): Promise<CustomerProfile | undefined>;
}

/** Injection token of the one {@link ProfileProvider} that the loader asks: the chain of all of them. */
export const PROFILE_PROVIDER = Symbol('PROFILE_PROVIDER');
