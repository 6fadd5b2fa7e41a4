import { isJsonObject, type JsonObject } from '../../../common/json';
import { chooseTool } from './choose-tool';
import { type Conversation, type Exchange, isHandoff, outputOf, reasonOf, type ToolResult } from './conversation';
import { type Decision, handOver, say } from './decision';
import { yesOrNo } from './facts';
import { paymentsOf } from './payments';
import { smallTalk, takesBack } from './small-talk';
import { detailsIn, fillArguments, type FilledArguments, type Wish } from './tool-arguments';
import type { ToolSpec } from '../../tools';

/** What a yes means to what was offered. */
const OFFERS: readonly { readonly asked: RegExp; readonly means: string }[] = [
  { asked: /speak to a colleague\?/, means: 'I want to speak to a person.' },
  { asked: /Shall I block it\?/, means: 'Block my card.' },
];
/** A card that is to be blocked waits for nothing, though the words may answer a question as well. */
const BLOCK = /\b(?:block|freeze)\b.*\bcard\b/i;
const BLOCK_TOOL = 'block_card';
/** Nothing that is said in answer to these lets the same call succeed. */
const FINAL = ['not_verified', 'nobody_identified'];

const CARD = 'card_last_4';

/** Makes the call, or asks for the first thing that it lacks. */
export function pursue(wish: Wish, conversation: Conversation): Decision {
  const { tool } = wish;
  if (isHandoff(tool.name)) return handOver(tool, reasonOfWish(wish));
  const { values, questions } = filled(wish, conversation);
  const [question] = questions;
  return question === undefined ? { type: 'call', tool: tool.name, arguments: values } : say(question);
}

/** The words by which the caller's wish began. */
export function reasonFor(conversation: Conversation, tools: readonly ToolSpec[]): string {
  const wish = wishOf(conversation, tools);
  return wish ? reasonOfWish(wish) : withoutEnd(conversation.exchanges.at(-1)?.said ?? '');
}

/**
 * What was asked for stays the wish as long as something is missing for it and what follows gives it: "my savings account"
 * can be such an answer, or a wish of its own. Other wishes replace it, and what is neither is put to it.
 */
export function wishOf(conversation: Conversation, tools: readonly ToolSpec[]): Wish | undefined {
  const missing = (wish: Wish) => filled(wish, conversation).questions.length;
  let wish: Wish | undefined;
  for (const [index, exchange] of conversation.exchanges.map(spelledOut).entries()) {
    const { said } = exchange;
    const open = wish && missing(wish) > 0 && !takesBack(said) ? wish : undefined;
    const longer = open && { ...open, exchanges: [...open.exchanges, exchange] };
    const isAnswer = open && longer && missing(longer) < missing(open);
    if (isAnswer && (open.tool.name === BLOCK_TOOL || !BLOCK.test(said))) wish = longer;
    else {
      const tool = chooseTool(said, tools, !conversation.isHandedOver);
      if (tool) wish = { tool, exchanges: [exchange] };
      else if (smallTalk(said) !== undefined) wish = undefined;
      else wish = longer ?? (index === 0 ? again(exchange, conversation, tools) : undefined);
    }
  }
  return wish;
}

/** What was refused is tried again with what the caller now says otherwise. */
function again(exchange: Exchange, { steps, refused }: Conversation, tools: readonly ToolSpec[]): Wish | undefined {
  const last = steps.at(-1);
  const tool = tools.find(({ name }) => name === last?.tool);
  if (!last || !tool || refused || !isRefused(last.content) || FINAL.includes(reasonOf(last) ?? '')) return undefined;
  const details = detailsIn(tool, exchange.said);
  if (Object.keys(details).length === 0) return undefined;
  return { tool, exchanges: [exchange], known: { ...last.arguments, ...details } };
}

function isRefused(content: string): boolean {
  const output = outputOf({ tool: '', arguments: {}, content });
  return isJsonObject(output) && output['done'] === false;
}

function spelledOut(exchange: Exchange): Exchange {
  const offer = OFFERS.find(({ asked }) => asked.test(exchange.asked));
  return offer && yesOrNo(exchange.said) === true ? { ...exchange, said: offer.means } : exchange;
}

function filled(wish: Wish, { prompt, steps }: Conversation): FilledArguments {
  return fillArguments(wish, { prompt, payments: paymentsOf(steps), card: cardOf(steps) });
}

function cardOf(steps: readonly ToolResult[]): JsonObject {
  return steps.findLast((step) => CARD in step.arguments && !isRefused(step.content))?.arguments ?? {};
}

function reasonOfWish({ exchanges }: Wish): string {
  return withoutEnd(exchanges[0]?.said ?? '');
}

function withoutEnd(said: string): string {
  return said.trim().replace(/[.!?]+$/, '');
}
