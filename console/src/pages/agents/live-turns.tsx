import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SessionView } from '../../api/types';
import { formatTime } from '../../shared/format';
import { Part } from '../session/part';
import { revisionsQuery } from './agents-api';
import classes from './agents.module.css';
import { type RecentTurn, recentTurns, revisionAt } from './recent-turns';

const SHOWN_TURNS = 6;

interface LiveTurnsProps {
  readonly session: SessionView;
  readonly agent: string;
}

/** The last turns with the agent as they happen, each with the revision it was begun with: what a change has done. */
export function LiveTurns({ session: { sessionId, history }, agent }: LiveTurnsProps) {
  // Who may not see them sees the turns.
  const { data } = useQuery(revisionsQuery(sessionId, agent));
  const revisions = data?.revisions ?? [];
  const newest = revisions.at(-1)?.revision ?? 0;
  const turns = recentTurns(history, agent, SHOWN_TURNS);
  return (
    <div className={classes.aside}>
      <Part title={`Turns with ${agent}`}>
        {turns.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing was said with this agent yet.
          </Text>
        )}
        <ol className={classes.turns} reversed aria-live="polite">
          {turns.map((turn) => (
            <Turn key={turn.seq} turn={turn} revision={revisionAt(turn.at, revisions)} newest={newest} />
          ))}
        </ol>
      </Part>
    </div>
  );
}

interface TurnProps {
  readonly turn: RecentTurn;
  readonly revision: number;
  readonly newest: number;
}

function Turn({ turn: { said, answer, at }, revision, newest }: TurnProps) {
  const isNew = newest > 0 && revision === newest;
  return (
    <li className={classes.turn} data-is-new={isNew}>
      <div className={classes.who}>
        <span>{formatTime(at)}</span>
        <Badge size="sm" variant="outline" color={isNew ? 'teal' : 'gray'} autoContrast>
          {revision > 0 ? `Revision ${revision}` : 'Base'}
        </Badge>
      </div>
      {said !== null && (
        <p className={classes.text}>
          <strong>Caller:</strong> {said}
        </p>
      )}
      {answer !== null && (
        <p className={classes.text}>
          <strong>Agent:</strong> {answer}
        </p>
      )}
    </li>
  );
}
