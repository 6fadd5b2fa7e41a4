import { isHandoff } from './conversation';
import { EVERYTHING_ELSE, HANDOFFS, IDENTITY, type Intent, OWN, URGENT } from './intents';
import { wordsOfName } from './words';
import type { ToolSpec } from '../../tools';

/** Words in names of tools that say nothing about their subject. */
const VAGUE = new Set([
  'get',
  'set',
  'open',
  'send',
  'find',
  'list',
  'check',
  'make',
  'update',
  'lookup',
  'look',
  'the',
]);

/** The tool that the words ask for, if any. A handoff is chosen only where it is allowed: one is enough for a wish. */
export function chooseTool(said: string, tools: readonly ToolSpec[], mayHandOff: boolean): ToolSpec | undefined {
  const own = tools.filter(({ name }) => !isHandoff(name));
  const handoffs = mayHandOff ? tools.filter(({ name }) => isHandoff(name)) : [];
  return (
    byIntent(said, URGENT, handoffs) ??
    byIntent(said, OWN, own) ??
    byIntent(said, IDENTITY, own) ??
    byIntent(said, HANDOFFS, handoffs) ??
    byName(said, own) ??
    elsewhere(said, handoffs)
  );
}

function byIntent(said: string, intents: readonly Intent[], tools: readonly ToolSpec[]): ToolSpec | undefined {
  for (const intent of intents) {
    const tool = intent.says.test(said) ? tools.find(({ name }) => intent.tools.test(name)) : undefined;
    if (tool) return tool;
  }
  return undefined;
}

/** A tool that the table does not know is meant by the words of its name: the more of them, the likelier. */
function byName(said: string, tools: readonly ToolSpec[]): ToolSpec | undefined {
  const heard = new Set(said.toLowerCase().match(/[a-z]+/g));
  const hits = ({ name }: ToolSpec) =>
    wordsOfName(name).filter(
      (word) => word.length > 2 && !VAGUE.has(word) && (heard.has(word) || heard.has(`${word}s`)),
    ).length;
  const [best] = tools.filter((tool) => hits(tool) > 0).sort((left, right) => hits(right) - hits(left));
  return best;
}

/** What some agent has a tool for, though not this one. */
function elsewhere(said: string, handoffs: readonly ToolSpec[]): ToolSpec | undefined {
  if (!OWN.some(({ says }) => says.test(said))) return undefined;
  return handoffs.find(({ name }) => EVERYTHING_ELSE.test(name));
}
