import type { JsonObject } from '../common/json';

/**
 * A bank customer, in the names that prompts and the session's context use. Types, not interfaces, so that a
 * profile is a JsonObject too; profile-entry.ts has the rules a profile from a file must fit.
 */
export type CustomerProfile = {
  readonly full_name: string;
  readonly client_id: string;
  readonly email: string;
  readonly institution_name: string;
  readonly contact_info: ContactInfo;
  /**
   * Free JSON: what is known of a customer differs from institution to institution. The usual keys are
   * `relationship_context` (`relationship_tier`, `relationship_duration_years`), `bank_profile`
   * (`current_balance`, `cards`), `spending_patterns` and `preferences`.
   */
  readonly customer_intelligence: JsonObject;
};

export type ContactInfo = {
  /** All of the number that is kept: enough to ask a caller for, too little to dial. */
  readonly phone_last_4: string;
  /** How the customer prefers to be reached. */
  readonly preferred_channel?: string;
};
