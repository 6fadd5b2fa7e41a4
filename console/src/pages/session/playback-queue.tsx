import { Badge, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { pathOf, request } from '../../api/http';
import type { Change, PlaybackView } from '../../api/types';
import { useSessionChanges } from '../../live/live-session';
import { formatTime, plural } from '../../shared/format';
import { ErrorState, LoadingState } from '../../shared/states';
import { Part } from './part';
import classes from './state-tab.module.css';

const MOVES: ReadonlySet<string> = new Set(['enqueuePlayback', 'clearPlayback', 'movePlayback', 'setInterrupted']);

const COLOURS: Readonly<Record<PlaybackView['messages'][number]['state'], string>> = {
  queued: 'gray',
  playing: 'blue',
  played: 'green',
  cut: 'orange',
  dropped: 'orange',
  failed: 'red',
};

/** What waits to be spoken, and the last that was. */
export function PlaybackQueue({ sessionId }: { readonly sessionId: string }) {
  const queries = useQueryClient();
  const queryKey = ['playback', sessionId];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => request<PlaybackView>(`${pathOf('/v1/sessions', sessionId)}/playback`, { signal }),
  });
  useSessionChanges((change) => {
    if (movesPlayback(change)) void queries.invalidateQueries({ queryKey });
  });
  return (
    <Part title="Playback queue">
      {data ? (
        <Messages playback={data} />
      ) : error ? (
        <ErrorState title="The queue cannot be shown" error={error} onRetry={() => void refetch()} />
      ) : (
        <LoadingState label="Loading the queue" />
      )}
    </Part>
  );
}

function movesPlayback({ ops }: Change): boolean {
  return ops.some(({ op }) => MOVES.has(op));
}

function Messages({ playback: { waiting, messages } }: { readonly playback: PlaybackView }) {
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {waiting === 0 ? 'Nothing waits to be spoken.' : `${plural(waiting, 'message')} to be spoken.`}
      </Text>
      <ol className={classes.messages}>
        {messages.map(({ number, state, at, agent, text, offset }) => (
          <li key={number} className={classes.message}>
            <div className={classes.about}>
              <Badge size="sm" variant="light" color={COLOURS[state]}>
                {state}
              </Badge>
              {agent && <span>{agent}</span>}
              <span>{formatTime(at)}</span>
              {offset !== undefined && <span>{plural(offset, 'character')} heard</span>}
            </div>
            <p className={classes.text}>{text}</p>
          </li>
        ))}
      </ol>
    </>
  );
}
