/** Words of a caller, and the tools that they mean: those whose names fit. */
export interface Intent {
  readonly tools: RegExp;
  readonly says: RegExp;
}

/** Goes before everything else: it cannot wait for another wish in the same sentence. */
export const URGENT: readonly Intent[] = [
  { tools: /^handoff_.*fraud/, says: /\b(?:fraud|scam|phishing|hacked|identity theft|stole my identity)/i },
];

/** What an agent does itself, in the order in which it is looked for. */
export const OWN: readonly Intent[] = [
  {
    tools: /human|escalate/,
    says: /\b(?:human|(?:real|to a|a|with a) person|real people|representative|supervisor|operator|manager|colleague)\b/i,
  },
  { tools: /callback/, says: /\bcall(?:ed)? (?:me )?back\b|\bcallback\b/i },
  {
    tools: /block_card/,
    says: /\b(?:block|freeze|lock|lost|stolen|cancel)\b.*\bcard|\bcard\b.*\b(?:block|freeze|lock|lost|stolen|cancel)/i,
  },
  { tools: /replacement/, says: /\b(?:replacement|replace|new card|damaged)\b/i },
  {
    tools: /dispute/,
    says: /\b(?:dispute|charge ?back|charged twice|wrong charge)\b|\bdo(?:n'?t| not) recogni[sz]e|\bdid(?:n'?t| not) (?:make|buy|authori[sz]e)/i,
  },
  { tools: /fraud_case/, says: /\b(?:fraud|scam|phishing|hacked|case|unauthori[sz]ed|suspicious)\b/i },
  {
    tools: /transfer_funds/,
    says: /\b(?:transfer|send|move|wire)\b.*(?:\d|\bmoney\b|\bfunds\b|\baccount\b|\bsavings\b|\bchecking\b)/i,
  },
  { tools: /balance/, says: /\bbalance\b|\bhow much (?:money )?(?:do )?(?:i have|is (?:left|in|on))/i },
  {
    tools: /transactions/,
    says: /\btransactions?\b|\brecent (?:payments|purchases|charges|activity)\b|\bstatement\b|\bspen[dt]\b/i,
  },
  { tools: /contact_details/, says: /\b(?:change|update|new)\b.*\b(?:address|phone|number|e-?mail|contact)/i },
  { tools: /quote/, says: /\bquote\b|\bprice of\b|\btrading at\b|\bstock price\b/i },
  { tools: /portfolio/, says: /\b(?:portfolio|holdings|positions|my investments)\b/i },
];

/** What callers say to who verifies them, and what means nothing to anybody else. */
export const IDENTITY: readonly Intent[] = [
  { tools: /send_verification/, says: /\b(?:send|text)\b.*\bcode\b|\bready\b|\bphone is\b/i },
  { tools: /verify_identity/, says: /\b\d{4,8}\b|\bverify\b|\bpassphrase\b/i },
];

/** Where a call goes that the agent has no tool for. */
export const HANDOFFS: readonly Intent[] = [
  {
    tools: /^handoff_.*fraud/,
    says: /\b(?:unauthori[sz]ed|suspicious|stolen (?!card))|\bdid(?:n'?t| not) authori[sz]e/i,
  },
  {
    tools: /^handoff_.*(?:invest|portfolio|wealth)/,
    says: /\b(?:invest\w*|portfolio|stocks?|shares|funds? (?:price|performance)|markets?|quote)\b|\bprice (?:of|for)\b/i,
  },
  { tools: /^handoff_.*card/, says: /\b(?:cards?|dispute|charged? (?:twice|wrong))\b/i },
  {
    tools: /^handoff_.*(?:auth|verif|identity)/,
    says: /\b(?:verify|verification|authenticat\w*|prove who i am|my identity)\b/i,
  },
  {
    tools: /^handoff_.*concierge/,
    says: /\b(?:concierge|front desk|something else|another (?:question|matter)|other (?:question|matter)|main menu)\b/i,
  },
];

/** Takes what an agent neither does nor knows whom to give to. */
export const EVERYTHING_ELSE = /^handoff_.*concierge/;
