import type { TurnEvent } from '../cascade';

/** A turn that is over, as `POST /v1/sessions/:id/turns` answers it. */
export function turnView(events: readonly TurnEvent[]) {
  const last = events.at(-1);
  const sentences = events.flatMap((event) => (event.type === 'sentence' ? event.text : []));
  return {
    turnId: last?.turnId ?? '',
    agent: last && 'agent' in last ? last.agent : '',
    reply: sentences.join(' '),
    outcome: last?.type ?? 'failed',
    events,
  };
}
