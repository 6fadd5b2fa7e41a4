/** What else callers say for the options of the shipped tools. */
const OTHER_WORDS: Readonly<Record<string, RegExp>> = {
  lost: /\b(?:lost|lose|losing|can(?:'?t|not) find|misplaced)\b/i,
  stolen: /\b(?:stolen|stole|theft|robbed)\b/i,
  suspicious_payments: /\bsuspicious\b|\bpayments? (?:that )?i did(?:n'?t| not)\b/i,
  damaged: /\b(?:damaged?|broken|cracked|unreadable)\b/i,
  expired: /\bexpire[sd]?\b/i,
  unknown_payments:
    /\b(?:unknown|unauthori[sz]ed|suspicious)\b|\b(?:don'?t|do not|didn'?t|did not) (?:know|recogni[sz]e|make|buy)\b/i,
  stolen_card: /\bstolen\b.*\bcard\b|\bcard\b.*\bstolen\b/i,
  scam: /\b(?:scam|phish|trick|deceiv|cheat)/i,
  account_takeover: /\bhacked\b|\b(?:someone|somebody) (?:else )?(?:is |got )?(?:in|into)\b/i,
  caller_asks: /\b(?:human|person|people|representative|supervisor|operator|manager|colleague|somebody real)\b/i,
  complaint: /\bcomplain/i,
  text_message: /\b(?:text|sms|message)\b/i,
  voice_call: /\b(?:voice|call)\b/i,
};

/** Whether the words name the option; `money_market` is said as two. */
export function meansOption(said: string, option: string): boolean {
  const text = option.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[_ -]+/g, '[_ -]?');
  if (new RegExp(`(?<!\\w)${text}(?!\\w)`, 'i').test(said)) return true;
  return Object.hasOwn(OTHER_WORDS, option) && OTHER_WORDS[option]?.test(said) === true;
}
