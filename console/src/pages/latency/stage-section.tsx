import { Badge, Group, Table, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { formatCount, formatMs, formatTime, plural } from '../../shared/format';
import { LoadingState } from '../../shared/states';
import { Part } from '../session/part';
import classes from './latency.module.css';
import { type StageSeries, whomOf } from './stage-series';

const StageChart = lazy(() => import('./stage-chart'));

interface StageSectionProps {
  readonly series: StageSeries;
  /** Seconds since the epoch. */
  readonly from: number;
  readonly minutes: number;
}

/** One stage: its chart, and the same as a table for who cannot see that. */
export function StageSection({ series, from, minutes }: StageSectionProps) {
  const { stage, lines, budgetMs, breaches } = series;
  return (
    <Part title={stage}>
      <Group gap="xs" mb="xs">
        {budgetMs !== undefined && <Text size="sm">Budget {formatMs(budgetMs)}</Text>}
        {breaches > 0 && (
          <Badge color="orange" variant="outline" autoContrast>
            {plural(breaches, 'sample')} over it
          </Badge>
        )}
      </Group>
      <Suspense fallback={<LoadingState label="Loading the chart" />}>
        <StageChart lines={lines} from={from} minutes={minutes} budgetMs={budgetMs} />
      </Suspense>
      <details className={classes.details}>
        <summary>{stage} as a table</summary>
        <Figures series={series} />
      </details>
    </Part>
  );
}

function Figures({ series: { stage, points } }: { readonly series: StageSeries }) {
  return (
    // It scrolls where it is long, so that the keyboard must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.table} tabIndex={0} role="region" aria-label={`${stage} by minute`}>
      <Table className={classes.figures}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Minute</Table.Th>
            <Table.Th>Of</Table.Th>
            <Table.Th>Samples</Table.Th>
            <Table.Th>p50</Table.Th>
            <Table.Th>p95</Table.Th>
            <Table.Th>p99</Table.Th>
            <Table.Th>Over budget</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.toReversed().map((point) => (
            <Table.Tr key={`${point.minute} ${whomOf(point)}`}>
              <Table.Td>{formatTime(point.minute)}</Table.Td>
              <Table.Td>{whomOf(point) ?? 'all'}</Table.Td>
              <Table.Td>{formatCount(point.count)}</Table.Td>
              <Table.Td>{formatMs(point.p50Ms)}</Table.Td>
              <Table.Td>{formatMs(point.p95Ms)}</Table.Td>
              <Table.Td>{formatMs(point.p99Ms)}</Table.Td>
              <Table.Td>{formatCount(point.breaches)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
