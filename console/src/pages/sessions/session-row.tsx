import { memo, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { FleetSession } from '../../api/types';
import { Duration } from '../../shared/duration';
import { formatCount, formatMs } from '../../shared/format';
import classes from './sessions.module.css';

interface SessionRowProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  /** Undefined until it has come. */
  readonly session: FleetSession | undefined;
}

/**
 * One session. It is rendered anew only where it has changed: hundreds of others do each second. Plain elements, because
 * every frame of scrolling makes new rows.
 */
export const SessionRow = memo(
  function SessionRow({ index, top, height, session }: SessionRowProps) {
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        data-index={index}
        className={`${classes.row} ${classes.cells}`}
        style={{ transform: `translateY(${top}px)`, height }}
      >
        {session ? <Cells session={session} /> : <div role="cell" className={classes.awaited} aria-label="Loading" />}
      </div>
    );
  },
  (before, after) =>
    before.index === after.index &&
    before.top === after.top &&
    before.height === after.height &&
    isSame(before.session, after.session),
);

function isSame(before: FleetSession | undefined, after: FleetSession | undefined): boolean {
  if (before === after) return true;
  return (
    before?.sessionId === after?.sessionId &&
    before?.revision === after?.revision &&
    before?.degraded === after?.degraded
  );
}

function Cells({ session }: { readonly session: FleetSession }) {
  const { sessionId, activeAgent, caller, createdAt, turns, interruptions, lastLatencyMs, degraded, experiment } =
    session;
  return (
    <>
      <div role="cell" className={classes.id}>
        <Link href={`/sessions/${encodeURIComponent(sessionId)}`} className={classes.link} title={sessionId}>
          {sessionId}
        </Link>
      </div>
      <div role="cell" className={classes.agent}>
        {activeAgent ?? '–'}
        {experiment && (
          <span
            className={classes.tag}
            data-kind="variant"
            title={`Experiment ${experiment.id}, variant ${experiment.variant}`}
          >
            {experiment.variant}
          </span>
        )}
      </div>
      <div role="cell" className={classes.caller}>
        {caller?.name ?? caller?.phone ?? caller?.id ?? '–'}
      </div>
      <Figure label="Duration">
        <Duration since={createdAt} />
      </Figure>
      <Figure label="Turns">{formatCount(turns)}</Figure>
      <Figure label="Interruptions">{formatCount(interruptions)}</Figure>
      <Figure label="Last latency">{formatMs(lastLatencyMs)}</Figure>
      <div role="cell" className={classes.service}>
        <span className={classes.tag} data-kind={degraded ? 'degraded' : 'normal'}>
          {degraded ? 'Degraded' : 'Normal'}
        </span>
      </div>
    </>
  );
}

/** On a card, where no head stands above it, a figure has its name beside it. */
function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div role="cell" className={classes.number} data-label={label}>
      {children}
    </div>
  );
}
