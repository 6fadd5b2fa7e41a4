import type { ChatRequest } from '../chat-model';
import { type Conversation, conversationOf, type Exchange, reasonOf } from './conversation';
import { type Decision, handOver, say } from './decision';
import { abilities, asksWho, DROPPED, GREETING, helpWith, smallTalk, takesBack, WHO } from './small-talk';
import { spokenResult } from './spoken-result';
import { afterVerification, verify } from './verification';
import { pursue, reasonFor, wishOf } from './wish';
import type { ToolSpec } from '../../tools';

/** Takes callers who have to prove first who they are. */
const VERIFIER = /^handoff_.*(?:auth|verif|identity)/;

/** What the rules make of a conversation. */
export function decide({ messages, tools }: Pick<ChatRequest, 'messages' | 'tools'>): Decision {
  const conversation = conversationOf(messages);
  if (conversation.results.length > 0) return afterResults(conversation, tools);
  const latest = conversation.exchanges.at(-1);
  if (!latest) return say(GREETING);
  if (asksWho(latest.said)) return say(WHO);
  return verify(conversation, tools) ?? answer(latest, conversation, tools);
}

/** After a result the rules speak, but for what verification brings along: no other call can lead to the next by itself. */
function afterResults(conversation: Conversation, tools: readonly ToolSpec[]): Decision {
  const text = conversation.results.map(spokenResult).join(' ');
  return afterVerification(conversation, tools) ?? toBeVerified(conversation, tools) ?? say(text);
}

/** Who was just brought back, and is not verified all the same, is told so. */
function toBeVerified(conversation: Conversation, tools: readonly ToolSpec[]): Decision | undefined {
  const verifier = tools.find(({ name }) => VERIFIER.test(name));
  const isRefused = conversation.results.some((result) => reasonOf(result) === 'not_verified');
  if (!verifier || !isRefused || conversation.refused || conversation.isHandedOver) return undefined;
  return handOver(verifier, reasonFor(conversation, tools));
}

function answer({ said }: Exchange, conversation: Conversation, tools: readonly ToolSpec[]): Decision {
  if (takesBack(said)) return say(conversation.isArrival ? abilities(tools) : DROPPED);
  const wish = wishOf(conversation, tools);
  if (wish) return pursue(wish, conversation);
  const { refused } = conversation;
  if (refused) return { type: 'call', tool: refused.tool, arguments: refused.arguments };
  return say(smallTalk(said) ?? (conversation.isArrival ? abilities(tools) : helpWith(tools)));
}
