import type { TurnEvent } from '../cascade';

/** A turn that is over, as `POST /v1/sessions/:id/turns` answers it. */
export function turnView(events: readonly TurnEvent[]) {
  const last = events.at(-1);
  return {
    turnId: last?.turnId ?? '',
    agent: last && 'agent' in last ? last.agent : '',
    reply: last?.type === 'completed' ? last.reply : givenOut(events),
    outcome: last?.type ?? 'failed',
    events,
  };
}

function givenOut(events: readonly TurnEvent[]): string {
  return events.flatMap((event) => (event.type === 'sentence' ? event.text : [])).join(' ');
}
