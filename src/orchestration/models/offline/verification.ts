import { isJsonObject } from '../../../common/json';
import { chooseTool } from './choose-tool';
import { type Conversation, type Exchange, isHandoff, outputOf, reasonOf, type ToolResult } from './conversation';
import { type Decision, handOver, say } from './decision';
import { yesOrNo } from './facts';
import { EVERYTHING_ELSE } from './intents';
import { isGoodbye, smallTalk, takesBack } from './small-talk';
import { pursue, reasonFor } from './wish';
import { isAnswerTo, withDigits } from './words';
import { spokenOf, spokenResult } from './spoken-result';
import type { ToolSpec } from '../../tools';

const VERIFY = 'verify_identity';
const SEND_CODE = 'send_verification_code';
/** Wishes that do not wait until the caller is verified. */
const URGENT = /fraud|human|escalate/;
/** How the prompt of who verifies says where the caller came from. */
const WAY_BACK = /\bcall (handoff_\w+) now\b/;
const REASON = /^- Reason: (.+)$/m;

/** A way of proving who one is: how it is named and asked for, and what an answer looks like. */
interface Method {
  readonly name: string;
  readonly says: RegExp;
  readonly question: string;
  readonly answer: RegExp;
}

const CODE: Method = {
  name: 'one_time_code',
  says: /\bcode\b|\btext\b|\bsms\b|\bvoice\b|\bcall\b/i,
  question: 'Please read me the six digits of the code.',
  answer: /\d{4,}/,
};
const METHODS: readonly Method[] = [
  {
    name: 'passphrase',
    says: /\bpass ?phrase\b/i,
    question: 'What is your passphrase?',
    answer: /^(?!.*\b(?:pass ?phrase\?|code|app|question)\b)\s*\S+/i,
  },
  {
    name: 'authenticator_app',
    says: /\bauthenticator\b|\bapp\b/i,
    question: 'What does the app show?',
    answer: /\d{4,}/,
  },
  {
    name: 'security_question',
    says: /\bquestion/i,
    question: 'What are the last four digits of the phone number on file?',
    answer: /\d{4}/,
  },
  CODE,
];
/** While a code is on its way, the caller may want another one, or another way. */
const ANOTHER_CODE =
  /\b(?:again|another|resend|new|call|voice|pass ?phrase|app|authenticator|question)\b|n[o']t (?:get|got|receiv|arriv|com)/i;
const OFFER = 'Shall I send a code to the phone number on file, as a text message?';
const OTHER_WAYS = 'You can also use your passphrase, your authenticator app or a security question. Which one?';
const WAITS = "I'll take care of that right after this.";

/** Who can verify callers does that before anything else; undefined where there is nothing to verify. */
export function verify(conversation: Conversation, tools: readonly ToolSpec[]): Decision | undefined {
  const latest = conversation.exchanges.at(-1);
  if (!latest || !canVerify(tools)) return undefined;
  if (isVerified(conversation)) return conversation.isArrival ? bringBack(conversation, tools, '') : undefined;
  if (isGoodbye(latest.said)) return undefined;
  const urgent = urgentTool(latest.said, conversation, tools);
  if (urgent) return pursue({ tool: urgent, exchanges: [latest] }, conversation);
  const end = conversation.steps.findLast((step) => reasonOf(step) === 'no_attempts_left');
  if (end) return say(spokenResult(end));
  if (takesBack(latest.said)) return bringBack(conversation, tools, 'All right.');
  return proof(latest, conversation) ?? say(reminder(latest, conversation, tools));
}

/** What follows from the check by itself: the way back, or somebody who can help. */
export function afterVerification(conversation: Conversation, tools: readonly ToolSpec[]): Decision | undefined {
  const last = conversation.results.at(-1);
  if (last?.tool !== VERIFY) return undefined;
  if (isVerified(conversation)) return bringBack(conversation, tools, "Thank you, that's all I need.");
  const human = tools.find(({ name }) => name === 'escalate_to_human');
  if (reasonOf(last) !== 'no_attempts_left' || !human) return undefined;
  const values = { reason: 'not_verified', summary: 'The caller could not be verified.' };
  return { type: 'call', tool: human.name, arguments: values, text: spokenOf(outputOf(last)) ?? '' };
}

/** The form of the tool has to be the known one. */
function canVerify(tools: readonly ToolSpec[]): boolean {
  const properties = tools.find(({ name }) => name === VERIFY)?.parameters['properties'];
  return isJsonObject(properties) && 'method' in properties && 'answer' in properties;
}

function isVerified({ steps, prompt }: Conversation): boolean {
  const check = steps.findLast(({ tool }) => tool === VERIFY);
  const output = check && outputOf(check);
  return (isJsonObject(output) && output['verified'] === true) || WAY_BACK.test(prompt);
}

/** Whoever has just been sent here was urgent to nobody. */
function urgentTool(said: string, { isArrival }: Conversation, tools: readonly ToolSpec[]): ToolSpec | undefined {
  const urgent = tools.filter(({ name }) => URGENT.test(name));
  return isArrival ? undefined : chooseTool(said, urgent, true);
}

/** To who sent the caller, or to who takes everything. */
function bringBack(conversation: Conversation, tools: readonly ToolSpec[], text: string): Decision | undefined {
  if (conversation.isHandedOver) return undefined;
  const wanted = WAY_BACK.exec(conversation.prompt)?.[1];
  const handoffs = tools.filter(({ name }) => isHandoff(name));
  const back = handoffs.find(({ name }) => name === wanted) ?? handoffs.find(({ name }) => EVERYTHING_ELSE.test(name));
  const reason = REASON.exec(conversation.prompt)?.[1] ?? reasonFor(conversation, tools);
  return back && handOver(back, reason, text);
}

/** The call by which the caller's words bring the check on; undefined where they do not. */
function proof(latest: Exchange, { steps }: Conversation): Decision | undefined {
  const said = withDigits(latest.said);
  const pending = pendingMethod(latest.asked, steps);
  if (pending?.answer.test(said)) return check(pending, latest.said);
  if (pending === CODE && !ANOTHER_CODE.test(said)) return undefined;
  const named = METHODS.find(({ says }) => says.test(said));
  const isOffered = isAnswerTo(OFFER, latest.asked) || asksForCode(steps);
  const isAnother = pending === CODE && named === undefined;
  if (named === CODE || isAnother || (isOffered && yesOrNo(said) === true)) return sendCode(said);
  return named && say(named.question);
}

function check({ name: method }: Method, answer: string): Decision {
  const question = method === 'security_question' ? { question: 'phone_last_4' } : {};
  return { type: 'call', tool: VERIFY, arguments: { method, ...question, answer } };
}

function sendCode(said: string): Decision {
  const channel = /\bvoice\b|\bcall\b/i.test(said) ? 'voice_call' : 'text_message';
  return { type: 'call', tool: SEND_CODE, arguments: { channel } };
}

/** What the caller was asked for last. */
function pendingMethod(asked: string, steps: readonly ToolResult[]): Method | undefined {
  const named = METHODS.find(({ question }) => isAnswerTo(question, asked));
  const last = steps.at(-1);
  if (named || !last || asksForCode(steps)) return named;
  if (last.tool === SEND_CODE) return isSent(last) ? CODE : undefined;
  return METHODS.find(({ name }) => last.tool === VERIFY && last.arguments['method'] === name);
}

function isSent(step: ToolResult): boolean {
  const output = outputOf(step);
  return isJsonObject(output) && output['done'] === true;
}

/** Whether the last answer was that there is no valid code. */
function asksForCode(steps: readonly ToolResult[]): boolean {
  const last = steps.at(-1);
  return last !== undefined && ['no_code_sent', 'code_expired', 'not_on_file'].includes(reasonOf(last) ?? '');
}

/** What is asked for, said once more; whatever else the caller wants waits. */
function reminder(latest: Exchange, conversation: Conversation, tools: readonly ToolSpec[]): string {
  const { asked, said } = latest;
  const isNo = isAnswerTo(OFFER, asked) && yesOrNo(said) === false;
  const question = isNo ? OTHER_WAYS : (pendingMethod(asked, conversation.steps)?.question ?? OFFER);
  const isOther = !isNo && smallTalk(said) === undefined && chooseTool(said, tools, true) !== undefined;
  return isOther && !conversation.isArrival ? `${WAITS} ${question}` : question;
}
