import { Checkbox, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { PageTitle } from '../../shared/page-title';
import { EmptyState, ErrorState, LoadingState } from '../../shared/states';
import { type SeriesPart, type SeriesQuery, seriesQuery } from './latency-api';
import classes from './latency.module.css';
import { seriesOf } from './stage-series';
import { StageSection } from './stage-section';

const SPANS = [
  { value: '15', label: '15 minutes' },
  { value: '60', label: '1 hour' },
  { value: '360', label: '6 hours' },
  { value: '1440', label: '24 hours' },
];
const PARTS: readonly { readonly value: SeriesPart; readonly label: string }[] = [
  { value: 'none', label: 'All calls together' },
  { value: 'agent', label: 'Each agent' },
  { value: 'variant', label: 'Each variant' },
];

/** How long the stages take over time, of all processes. */
export default function LatencyPage() {
  const [asked, setAsked] = useState<SeriesQuery>({ minutes: 60, by: 'none' });
  const [isAll, setAll] = useState(false);
  return (
    <>
      <PageTitle title="Latency" />
      <div className={classes.filters}>
        <NativeSelect
          label="Time"
          data={SPANS}
          value={String(asked.minutes)}
          onChange={(event) => setAsked({ ...asked, minutes: Number(event.currentTarget.value) })}
        />
        <NativeSelect
          label="Shown for"
          data={[...PARTS]}
          value={asked.by}
          onChange={(event) => setAsked({ ...asked, by: event.currentTarget.value as SeriesPart })}
        />
        <Checkbox
          label="The service’s own stages too"
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
          mb={8}
        />
      </div>
      <Charts asked={asked} isAll={isAll} />
    </>
  );
}

function Charts({ asked, isAll }: { readonly asked: SeriesQuery; readonly isAll: boolean }) {
  const query = useQuery(seriesQuery(asked));
  if (query.isPending) return <LoadingState label="Loading the latency" />;
  if (query.isError && !query.data) {
    const retry = () => void query.refetch();
    return <ErrorState title="The latency cannot be shown" error={query.error} onRetry={retry} />;
  }
  const stages = seriesOf(query.data, isAll);
  if (stages.length === 0) {
    return <EmptyState title="Nothing was measured">No call has taken a turn in this time.</EmptyState>;
  }
  return (
    <div className={classes.parts}>
      {stages.map((stage) => (
        <StageSection key={stage.stage} series={stage} from={query.data.fromMinute} minutes={asked.minutes} />
      ))}
    </div>
  );
}
