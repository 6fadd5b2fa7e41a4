import { UnstyledButton } from '@mantine/core';
import type { SessionView } from '../../api/types';
import type { SessionEvent } from '../../live/session-events';
import { formatDuration, plural } from '../../shared/format';
import { useNow } from '../../shared/use-now';
import { callLineOf, type Mark } from './call-line';
import classes from './call-line.module.css';

interface CallLineViewProps {
  readonly session: SessionView;
  readonly events: readonly SessionEvent[];
  /** Where the call has ended; seconds since the epoch. */
  readonly until: number | null;
}

/** Colours of agents, in the order in which they take the call. */
const COLOURS = 6;

const percent = (place: number) => `${(place * 100).toFixed(3)}%`;

/** The call on a line: who was in charge, who spoke, and where the caller interrupted. */
export function CallLineView({ session, events, until }: CallLineViewProps) {
  const now = useNow();
  const { stretches, marks, spoken, seconds } = callLineOf(session, events, until ?? now);
  const agents = [...new Set(stretches.map(({ agent }) => agent))];
  const colourOf = (agent: string | null) => agents.indexOf(agent) % COLOURS;
  const interruptions = marks.filter(({ kind }) => kind === 'interrupted').length;
  return (
    <section aria-label="Time line" className={classes.line}>
      <div className={classes.track}>
        {stretches.map(({ agent, from, to }, index) => (
          <div
            key={index}
            className={classes.stretch}
            data-colour={colourOf(agent)}
            style={{ left: percent(from), width: percent(to - from) }}
          />
        ))}
        {spoken.map(({ place, speaker }, index) => (
          <div key={index} className={classes.spoken} data-speaker={speaker} style={{ left: percent(place) }} />
        ))}
        {marks.map((mark, index) => (
          <MarkButton key={index} mark={mark} />
        ))}
      </div>
      <div className={classes.legend}>
        <span>0:00</span>
        <ul className={classes.agents}>
          {agents.map((agent) => (
            <li key={agent ?? ''}>
              <span className={classes.dot} data-colour={colourOf(agent)} aria-hidden />
              {agent ?? 'no agent'}
            </li>
          ))}
          <li>{plural(interruptions, 'interruption')}</li>
        </ul>
        <span>{formatDuration(seconds)}</span>
      </div>
    </section>
  );
}

/** Leads to what happened. */
function MarkButton({ mark: { kind, at, label, place, offset } }: { readonly mark: Mark }) {
  const words = `${label} at ${formatDuration(offset)}`;
  const show = () => {
    document.querySelector(`li[id^="event-${kind}-${at}-"]`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <UnstyledButton
      className={classes.mark}
      data-kind={kind}
      style={{ left: percent(place) }}
      aria-label={words}
      title={words}
      onClick={show}
    />
  );
}
