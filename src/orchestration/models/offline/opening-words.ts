import type { ChatMessage } from '../chat-model';

const WISH = /\bbegin every answer with ["“]([^"“”\n]{1,200})["”]/i;

/** The one wish of a prompt that the rules follow, so that a change of the prompt is heard: `Begin every answer with "…"`. */
export function openingWords(messages: readonly ChatMessage[]): string {
  const prompt = messages.find(({ role }) => role === 'system')?.content ?? '';
  return WISH.exec(prompt)?.[1]?.trim() ?? '';
}
