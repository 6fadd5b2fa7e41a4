import { Anchor, Breadcrumbs, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { formatMoment } from '../../shared/format';
import { JsonValue } from '../../shared/json-value';
import { PageTitle } from '../../shared/page-title';
import { LoadingState } from '../../shared/states';
import { NotShown } from '../agents/standing';
import { Part } from '../session/part';
import { type Experiment, experimentQuery } from './experiments-api';
import classes from './experiments.module.css';
import { ResultsView } from './results-view';
import { StatusBadge } from './status-badge';
import { Steps } from './steps';

export default function ExperimentPage({ experimentId }: { readonly experimentId: string }) {
  const query = useQuery(experimentQuery(experimentId));
  return (
    <>
      <Breadcrumbs>
        <Anchor component={Link} href="/experiments" size="sm">
          Experiments
        </Anchor>
        <Text size="sm" c="dimmed">
          {query.data?.agent ?? 'Experiment'}
        </Text>
      </Breadcrumbs>
      <div className={classes.head}>
        <PageTitle title={experimentId} />
        {query.data && (
          <Group gap="sm">
            <StatusBadge status={query.data.status} />
            <Steps experiment={query.data} />
          </Group>
        )}
      </div>
      {query.isPending && <LoadingState label="Loading the experiment" />}
      {query.isError && !query.data && <NotShown error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Shown experiment={query.data} />}
    </>
  );
}

function Shown({ experiment }: { readonly experiment: Experiment }) {
  return (
    <div className={classes.parts}>
      {experiment.description !== '' && <Text size="sm">{experiment.description}</Text>}
      <ResultsView id={experiment.id} />
      <Variants experiment={experiment} />
      <History experiment={experiment} />
    </div>
  );
}

function Variants({
  experiment: { variants, control, traffic, agent, guardRails },
}: {
  readonly experiment: Experiment;
}) {
  return (
    <Part title="What is compared">
      <Text size="sm" mb="sm">
        {Math.round(traffic * 100)} % of new calls join; their {agent} is one of these.
      </Text>
      {variants.map(({ name, weight, overrides }) => (
        <div key={name} className={classes.variant}>
          <Text size="sm" fw={600} mb={4}>
            {name} · weight {weight}
            {name === control && ' · control'}
          </Text>
          {overrides && Object.keys(overrides).length > 0 ? (
            <JsonValue value={overrides} label={`What ${name} uses instead`} />
          ) : (
            <Text size="sm" c="dimmed">
              The agent as it is.
            </Text>
          )}
        </div>
      ))}
      {guardRails.length > 0 && <JsonValue value={guardRails} label="Guard-rails that pause it" />}
    </Part>
  );
}

function History({ experiment: { history } }: { readonly experiment: Experiment }) {
  return (
    <Part title="Audit trail">
      <div className={classes.scroll}>
        <Table verticalSpacing="xs">
          <Table.Caption className="visually-hidden">Changes of the experiment, newest first</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {history.toReversed().map((entry) => (
              <Table.Tr key={`${entry.at} ${entry.action}`}>
                <Table.Td>{formatMoment(entry.at)}</Table.Td>
                <Table.Td>{entry.actor}</Table.Td>
                <Table.Td>{wordsOf(entry)}</Table.Td>
                <Table.Td>{entry.note ?? '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Part>
  );
}

function wordsOf({ action, after, breach }: Experiment['history'][number]): string {
  if (action === 'create') return 'Defined';
  if (breach) return `Paused by a guard-rail: ${breach.variant} had ${breach.value}, above ${breach.limit}`;
  const { status, ...others } = after;
  if (typeof status === 'string') return `Now ${status}`;
  return `Changed ${Object.keys(others).join(', ')}`;
}
