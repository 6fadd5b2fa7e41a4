import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SessionView } from '../../api/types';
import { useLiveSession, useSessionChanges } from '../../live/live-session';
import { EmptyState, ErrorState, LoadingState } from '../../shared/states';
import { Part } from '../session/part';
import { SessionShown } from '../session/session-shown';
import { Breaches } from './breaches';
import { sessionLatencyKey, sessionLatencyQuery } from './latency-api';
import classes from './latency.module.css';
import { StageTable } from './stage-table';
import { waterfallOf } from './waterfall';
import { WaterfallView } from './waterfall-view';

/** The latency of a session: a tab of its page, inside LiveSessionProvider. */
export default function SessionLatencyTab() {
  return <SessionShown>{(session) => <Latency session={session} />}</SessionShown>;
}

function Latency({ session: { sessionId } }: { readonly session: SessionView }) {
  const queries = useQueryClient();
  const { breaches } = useLiveSession();
  useSessionChanges(({ ops }) => {
    if (!ops.some(({ op }) => op === 'recordLatency')) return;
    void queries.invalidateQueries({ queryKey: sessionLatencyKey(sessionId) });
  });
  const query = useQuery(sessionLatencyQuery(sessionId));
  if (query.isPending) return <LoadingState label="Loading the latency" />;
  if (query.isError) {
    const retry = () => void query.refetch();
    return <ErrorState title="The latency cannot be shown" error={query.error} onRetry={retry} />;
  }
  const { stages, runs = [] } = query.data;
  if (Object.keys(stages).length === 0) {
    return <EmptyState title="Nothing was measured yet">Stages appear here as turns are taken.</EmptyState>;
  }
  const waterfalls = runs.map(waterfallOf).filter(({ bars }) => bars.length > 0);
  return (
    <div className={classes.parts}>
      <Breaches breaches={breaches} />
      <Part title="Turns">
        {waterfalls.length === 0 && 'The samples of this call were told without the turns that they are of.'}
        <ol className={classes.waterfalls} reversed>
          {waterfalls.toReversed().map((waterfall) => (
            <WaterfallView key={waterfall.id} waterfall={waterfall} />
          ))}
        </ol>
      </Part>
      <Part title="Stages of the whole call">
        <StageTable stages={stages} />
      </Part>
    </div>
  );
}
