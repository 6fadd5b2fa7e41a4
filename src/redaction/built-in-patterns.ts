import type { CountryCode } from 'libphonenumber-js';
import { cardNumbers } from './card-numbers';
import { emailAddresses } from './email-addresses';
import { phoneNumbersOf } from './phone-numbers';
import { socialSecurityNumbers } from './social-security-numbers';
import type { Detector } from './span';

export interface BuiltInPattern {
  readonly placeholder: string;
  readonly find: Detector;
}

export const CARD_PLACEHOLDER = '[card number]';
const EMAIL_PLACEHOLDER = '[e-mail]';
const SSN_PLACEHOLDER = '[SSN]';
const PHONE_PLACEHOLDER = '[phone number]';

export const BUILT_IN_PLACEHOLDERS = [CARD_PLACEHOLDER, EMAIL_PLACEHOLDER, SSN_PLACEHOLDER, PHONE_PLACEHOLDER];

/** Whose telephone numbers are known without a country code. */
const REGION: CountryCode = 'US';

/** What has one form only, and is looked for before the operator's own patterns. */
export const EXACT_PATTERNS: readonly BuiltInPattern[] = [
  { placeholder: CARD_PLACEHOLDER, find: cardNumbers },
  { placeholder: EMAIL_PLACEHOLDER, find: emailAddresses },
  { placeholder: SSN_PLACEHOLDER, find: socialSecurityNumbers },
];

/** Nearly any ten digits can be a telephone number: looked for last, so that a better name goes before. */
export const PHONE_PATTERN: BuiltInPattern = { placeholder: PHONE_PLACEHOLDER, find: phoneNumbersOf(REGION) };
