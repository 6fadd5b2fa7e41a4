import type { ToolSession } from '../tools';
import type { Refusal } from './call-log';
import { type Customer, customerOf } from './customer';
import { memberAt } from './json-path';

export type Access = { readonly customer: Customer } | { readonly refusal: Refusal };

const NOBODY: Refusal = {
  reason: 'nobody_identified',
  message: 'No customer is recognised in this call. Offer to bring in a person.',
  spoken: "I'm sorry, I can't tell from this call who you are. Would you like to speak to a colleague?",
};
const NOT_VERIFIED: Refusal = {
  reason: 'not_verified',
  message: 'The caller has to be verified first. Say and change nothing of the account until then.',
  spoken: "Before I can do that, I have to make sure that it's you.",
};

/** For what protects the customer, or says nothing of them. */
export function identified(session: ToolSession): Access {
  const customer = customerOf(session);
  return customer ? { customer } : { refusal: NOBODY };
}

/** For everything else. Prompts say so too; a model that forgets it, or is talked out of it, gets nothing. */
export function verified(session: ToolSession): Access {
  const access = identified(session);
  return 'refusal' in access || isVerified(session) ? access : { refusal: NOT_VERIFIED };
}

export function isVerified(session: ToolSession): boolean {
  return memberAt(session.toolOutputs().get('verify_identity'), 'verified') === true;
}
