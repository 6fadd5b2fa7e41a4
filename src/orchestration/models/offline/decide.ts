import type { JsonObject } from '../../../common/json';
import type { ChatRequest } from '../chat-model';
import { chooseTool } from './choose-tool';
import { type Conversation, conversationOf, type Exchange } from './conversation';
import { questionFor } from './facts';
import { asksWho, DROPPED, GREETING, helpWith, smallTalk, takesBack, WHO } from './small-talk';
import { spokenResult } from './spoken-result';
import { fillArguments } from './tool-arguments';
import type { ToolSpec } from '../../tools';

export type Decision =
  | { readonly type: 'say'; readonly text: string }
  /** `number` counts the calls of the conversation, from 1. */
  | { readonly type: 'call'; readonly tool: string; readonly arguments: JsonObject; readonly number: number };

/** A tool that the caller wants, with all that was said since. */
interface Wish {
  readonly tool: ToolSpec;
  readonly exchanges: readonly Exchange[];
}

/** What the rules make of a conversation. After a result they speak, so that no call can lead to the next by itself. */
export function decide({ messages, tools }: Pick<ChatRequest, 'messages' | 'tools'>): Decision {
  const conversation = conversationOf(messages);
  const { results, exchanges } = conversation;
  if (results.length > 0) return say(results.map(spokenResult).join(' '));
  const latest = exchanges.at(-1);
  if (!latest) return say(GREETING);
  if (asksWho(latest.said)) return say(WHO);
  if (takesBack(latest.said)) return say(DROPPED);
  const wish = wishOf(conversation, tools);
  return wish ? pursue(wish, conversation) : say(smallTalk(latest.said) ?? helpWith(tools));
}

function pursue({ tool, exchanges }: Wish, { prompt, calls }: Conversation): Decision {
  const { values, missing } = fillArguments(tool, exchanges, prompt);
  const [next] = missing;
  if (next) return say(questionFor(next));
  return { type: 'call', tool: tool.name, arguments: values, number: calls + 1 };
}

/**
 * What was asked for stays the wish as long as something is missing for it and what follows gives it: "my savings account"
 * can be such an answer, or a wish of its own. Other wishes replace it, and what is neither is put to it.
 */
function wishOf({ exchanges, prompt, isHandedOver }: Conversation, tools: readonly ToolSpec[]): Wish | undefined {
  let wish: Wish | undefined;
  for (const exchange of exchanges) {
    const { said } = exchange;
    const open = wish && missingFor(wish, prompt) > 0 && !takesBack(said) ? wish : undefined;
    const longer = open && joined(open, exchange);
    if (open && longer && missingFor(longer, prompt) < missingFor(open, prompt)) wish = longer;
    else {
      const tool = chooseTool(said, tools, !isHandedOver);
      if (tool) wish = { tool, exchanges: [exchange] };
      else wish = smallTalk(said) === undefined ? longer : undefined;
    }
  }
  return wish;
}

function missingFor({ tool, exchanges }: Wish, prompt: string): number {
  return fillArguments(tool, exchanges, prompt).missing.length;
}

function joined({ tool, exchanges }: Wish, exchange: Exchange): Wish {
  return { tool, exchanges: [...exchanges, exchange] };
}

function say(text: string): Decision {
  return { type: 'say', text };
}
