import type { SessionMemory } from '../../memo';

/** Whether the caller is in the middle of a reply: some of it was taken to be played, and not all of it is over. */
export function isReplyHeard(memo: SessionMemory): boolean {
  const messages = memo.playback.messages();
  const open = messages.filter(({ state }) => state === 'queued' || state === 'playing');
  const turns = new Set(open.map(({ content }) => content.meta?.['turn']));
  return messages.some(
    ({ state, content }) => state !== 'queued' && state !== 'dropped' && turns.has(content.meta?.['turn']),
  );
}
