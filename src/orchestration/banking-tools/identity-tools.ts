import { Inject, Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext, type ToolSession } from '../tools';
import { identified, isVerified } from './access';
import { CallLog, type Refusal } from './call-log';
import type { Customer } from './customer';
import {
  authenticatorDigits,
  IDENTITY_METHODS,
  matches,
  oneTimeCode,
  passphrase,
  SECURITY_QUESTIONS,
  securityAnswer,
} from './identity-answers';
import { numberAt } from './json-path';
import { args, choice, text } from './schemas';

const CODE_TOOL = 'send_verification_code';
const CODE_VALID_SECONDS = 600;
const MAX_CODES = 3;
const MAX_ATTEMPTS = 3;

const SendCode = args({
  channel: choice(['text_message', 'voice_call'], 'How the code reaches the number on file.'),
});
const Verify = args({
  method: choice(IDENTITY_METHODS, 'What the caller was asked for.'),
  question: Type.Optional(
    choice(
      SECURITY_QUESTIONS,
      'For a security question: the last four digits of the phone number on file, or the year in which the caller became a customer.',
    ),
  ),
  answer: text(200, 'What the caller said, unchanged; spoken digits as digits. Never fill it in yourself.'),
});

@Injectable()
export class IdentityTools {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Tool({
    name: CODE_TOOL,
    description:
      'Sends a one-time code of six digits to the number on file, valid for ten minutes; an earlier code ends with it. ' +
      'Call it once the caller has the phone at hand.',
    parameters: SendCode,
  })
  sendVerificationCode({ channel }: Static<typeof SendCode>, { session }: ToolContext): JsonObject {
    const log = new CallLog(session, CODE_TOOL);
    const access = identified(session);
    if ('refusal' in access) return log.refused(access.refusal);
    if (log.entries.length >= MAX_CODES) return log.refused(TOO_MANY_CODES);
    return log.done(
      { channel, digits: 6, valid_for_minutes: CODE_VALID_SECONDS / 60 },
      { sent_at: nowSeconds(this.clock) },
    );
  }

  @Tool({
    name: 'verify_identity',
    description:
      "Checks the caller's answer and says whether the caller is verified. Call it with every answer. After three failed " +
      'attempts nobody can be verified in this call any more.',
    parameters: Verify,
  })
  verifyIdentity(answer: Static<typeof Verify>, { session }: ToolContext): JsonObject {
    const attempts = numberAt(session.toolOutputs().get('verify_identity'), 'attempts') ?? 0;
    if (isVerified(session)) return result(true, attempts);
    const access = identified(session);
    if ('refusal' in access) return result(false, attempts, access.refusal);
    if (attempts >= MAX_ATTEMPTS) return result(false, attempts, NO_ATTEMPTS_LEFT);
    const expected = this.expected(answer, access.customer, session);
    if (typeof expected !== 'string') return result(false, attempts, expected);
    const isMatch = matches(answer.answer, expected);
    if (isMatch === undefined) return result(false, attempts, UNCLEAR);
    if (isMatch) return result(true, attempts + 1);
    return result(false, attempts + 1, attempts + 1 < MAX_ATTEMPTS ? NO_MATCH : NO_ATTEMPTS_LEFT);
  }

  private expected(answer: Static<typeof Verify>, customer: Customer, session: ToolSession): string | Refusal {
    switch (answer.method) {
      case 'one_time_code':
        return this.codeSent(customer, session);
      case 'authenticator_app':
        return authenticatorDigits(customer.clientId);
      case 'passphrase':
        return passphrase(customer.clientId);
      case 'security_question':
        return securityAnswer(customer, answer.question ?? 'phone_last_4') ?? NOT_ON_FILE;
    }
  }

  private codeSent({ clientId }: Customer, session: ToolSession): string | Refusal {
    const { entries } = new CallLog(session, CODE_TOOL);
    const sentAt = numberAt(entries.at(-1), 'sent_at');
    if (sentAt === undefined) return NO_CODE;
    if (nowSeconds(this.clock) - sentAt > CODE_VALID_SECONDS) return CODE_EXPIRED;
    return oneTimeCode(clientId, entries.length - 1);
  }
}

/** In the names that prompts use: `verified`, `attempts`. */
function result(verified: boolean, attempts: number, refusal?: Refusal): JsonObject {
  return { verified, attempts, attempts_left: Math.max(MAX_ATTEMPTS - attempts, 0), ...refusal };
}

const TOO_MANY_CODES: Refusal = {
  reason: 'too_many_codes',
  message: 'No more codes can be sent in this call. Use another way, or offer to bring in a person.',
  spoken: 'I cannot send any more codes in this call. Would you like to speak to a colleague?',
};
const NO_CODE: Refusal = {
  reason: 'no_code_sent',
  message: `Send a code first, with ${CODE_TOOL}.`,
  spoken: 'I have to send you a code first. Shall I?',
};
const CODE_EXPIRED: Refusal = {
  reason: 'code_expired',
  message: 'The code is too old. Offer to send a new one.',
  spoken: 'That code is too old. Shall I send a new one?',
};
const NOT_ON_FILE: Refusal = {
  reason: 'not_on_file',
  message: 'This question cannot be used. Ask another one.',
  spoken: 'I cannot use that question. Would you rather have a code?',
};
const UNCLEAR: Refusal = {
  reason: 'unclear',
  message: 'This cannot be an answer, and does not count as an attempt. Ask for it once more, slowly.',
  spoken: 'I did not get that. Could you say it once more, slowly?',
};
const NO_MATCH: Refusal = {
  reason: 'no_match',
  message: 'The answer did not match. The caller may try once more.',
  spoken: "That didn't match. Let's try once more.",
};
const NO_ATTEMPTS_LEFT: Refusal = {
  reason: 'no_attempts_left',
  message: 'The caller cannot be verified in this call. Bring in a person.',
  spoken: "I'm sorry, I cannot confirm who you are in this call.",
};
