import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format';
import { ErrorState, LoadingState } from '../../shared/states';
import { Part } from '../session/part';
import { resultsQuery } from './experiments-api';
import classes from './experiments.module.css';
import { IntervalPlot } from './interval-plot';
import { type Measure, measuresOf } from './measures';

/** What the variants have shown, side by side: each figure with the interval that holds the true one. */
export function ResultsView({ id }: { readonly id: string }) {
  const query = useQuery(resultsQuery(id));
  return (
    <Part title="Results">
      {query.isPending && <LoadingState label="Loading the results" />}
      {query.isError && !query.data && (
        <ErrorState title="The results cannot be shown" error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && (
        <>
          <div className={classes.scroll}>
            <Table verticalSpacing="xs">
              <Table.Caption>
                Ranges hold the true figure with 95 % confidence, as if no turn had anything to do with the others.
                Where those of two variants overlap much, nothing is decided.
              </Table.Caption>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Figure</Table.Th>
                  {query.data.variants.map(({ name }) => (
                    <Table.Th key={name}>
                      {name}
                      {name === query.data.control && (
                        <Text span size="xs" c="dimmed">
                          {' '}
                          control
                        </Text>
                      )}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                <Table.Tr>
                  <Table.Th scope="row">Calls</Table.Th>
                  {query.data.variants.map(({ name, sessions }) => (
                    <Table.Td key={name}>{formatCount(sessions)}</Table.Td>
                  ))}
                </Table.Tr>
                <Table.Tr>
                  <Table.Th scope="row">Turns</Table.Th>
                  {query.data.variants.map(({ name, turns }) => (
                    <Table.Td key={name}>{formatCount(turns)}</Table.Td>
                  ))}
                </Table.Tr>
                {measuresOf(query.data.variants).map((measure) => (
                  <MeasureRow key={measure.name} measure={measure} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </>
      )}
    </Part>
  );
}

function MeasureRow({ measure: { name, most, figures, format } }: { readonly measure: Measure }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      {figures.map(({ variant, figure }) => (
        <Table.Td key={variant}>
          {figure ? (
            <>
              <span className={classes.figure}>{format(figure.value)}</span>
              <span className={classes.interval}>
                {format(figure.low)} to {format(figure.high)}
              </span>
              <IntervalPlot figure={figure} most={most} />
            </>
          ) : (
            '–'
          )}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
