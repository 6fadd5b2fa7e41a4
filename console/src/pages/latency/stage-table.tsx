import { Table } from '@mantine/core';
import { formatCount, formatMs } from '../../shared/format';
import classes from './latency.module.css';

interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Figures of stages, in seconds as they were told. */
export function StageTable({ stages }: { readonly stages: Readonly<Record<string, Summary>> }) {
  const inMs = (seconds: number) => formatMs(seconds * 1000);
  return (
    // It scrolls where it is wide, so that the keyboard must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} tabIndex={0} role="region" aria-label="Stages in figures">
      <Table className={classes.figures}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Stage</Table.Th>
            <Table.Th>Samples</Table.Th>
            <Table.Th>p50</Table.Th>
            <Table.Th>p95</Table.Th>
            <Table.Th>p99</Table.Th>
            <Table.Th>Longest</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {Object.entries(stages).map(([stage, { count, p50, p95, p99, max }]) => (
            <Table.Tr key={stage}>
              <Table.Th scope="row">{stage}</Table.Th>
              <Table.Td>{formatCount(count)}</Table.Td>
              <Table.Td>{inMs(p50)}</Table.Td>
              <Table.Td>{inMs(p95)}</Table.Td>
              <Table.Td>{inMs(p99)}</Table.Td>
              <Table.Td>{inMs(max)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
