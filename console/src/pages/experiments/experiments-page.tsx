import { Anchor, Button, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { formatMoment } from '../../shared/format';
import { Guarded } from '../../shared/guarded';
import { PageTitle } from '../../shared/page-title';
import { EmptyState, LoadingState } from '../../shared/states';
import { NotShown } from '../agents/standing';
import { DefineDialog } from './define-dialog';
import { experimentsQuery, type ListedExperiment } from './experiments-api';
import classes from './experiments.module.css';
import { StatusBadge } from './status-badge';

export default function ExperimentsPage() {
  const [isDefining, setDefining] = useState(false);
  const [, navigate] = useLocation();
  const define = (
    <Guarded needs="admin">
      {(isDisabled) => (
        <Button
          size="sm"
          disabled={isDisabled}
          leftSection={<IconPlus aria-hidden size={16} />}
          onClick={() => setDefining(true)}
        >
          Define an experiment
        </Button>
      )}
    </Guarded>
  );
  return (
    <>
      <div className={classes.head}>
        <PageTitle title="Experiments" />
        {define}
      </div>
      <Experiments />
      {isDefining && (
        <DefineDialog
          onClose={() => setDefining(false)}
          onDefined={(id) => navigate(`/experiments/${encodeURIComponent(id)}`)}
        />
      )}
    </>
  );
}

function Experiments() {
  const query = useQuery(experimentsQuery);
  if (query.isPending) return <LoadingState label="Loading the experiments" />;
  if (query.isError) return <NotShown error={query.error} onRetry={() => void query.refetch()} />;
  const { experiments } = query.data;
  if (experiments.length === 0) {
    return (
      <EmptyState title="There is no experiment yet">
        One lets new calls use other prompts, voices or models of an agent, and compares how they go.
      </EmptyState>
    );
  }
  return (
    <Table className={classes.list} verticalSpacing="sm">
      <Table.Caption className="visually-hidden">Experiments, newest first</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Experiment</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>Agent</Table.Th>
          <Table.Th>Variants</Table.Th>
          <Table.Th>New calls that join</Table.Th>
          <Table.Th>Changed</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {experiments.toReversed().map((experiment) => (
          <Row key={experiment.id} experiment={experiment} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ experiment }: { readonly experiment: ListedExperiment }) {
  const { id, description, status, agent, variants, traffic, updatedAt } = experiment;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={`/experiments/${encodeURIComponent(id)}`} fw={600} size="sm">
          {id}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {description}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={status} />
      </Table.Td>
      <Table.Td>{agent}</Table.Td>
      <Table.Td>{variants.map(({ name }) => name).join(', ')}</Table.Td>
      <Table.Td>{Math.round(traffic * 100)} %</Table.Td>
      <Table.Td>{formatMoment(updatedAt)}</Table.Td>
    </Table.Tr>
  );
}
