import { Badge, Group, Table, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { formatMoment, plural } from '../../shared/format';
import { EmptyState, LoadingState } from '../../shared/states';
import { type Audit, auditQuery } from './agents-api';
import classes from './agents.module.css';
import { actionWords } from './revision-entry';
import { NotShown } from './standing';

/** Who changed what in the session, newest first, and whether the trail is whole. */
export function AuditTrail({ sessionId }: { readonly sessionId: string }) {
  const audit = useQuery(auditQuery(sessionId));
  if (audit.isPending) return <LoadingState label="Loading the audit trail" />;
  if (audit.isError) return <NotShown error={audit.error} onRetry={() => void audit.refetch()} />;
  const { entries, dropped, verified } = audit.data;
  if (entries.length === 0) {
    return <EmptyState title="Nobody has changed anything">Every change of this session is kept here.</EmptyState>;
  }
  return (
    <>
      <Group justify="space-between" mb="xs">
        {verified && <Verified verified={verified} />}
        {dropped > 0 && (
          <Text size="sm" c="dimmed">
            {plural(dropped, 'older entry', 'older entries')} no longer kept
          </Text>
        )}
      </Group>
      <Table className={classes.audit} verticalSpacing="xs">
        <Table.Caption className="visually-hidden">Changes of this session, newest first</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.toReversed().map((entry) => (
            <Table.Tr key={entry.number}>
              <Table.Td>{formatMoment(entry.at)}</Table.Td>
              <Table.Td>
                {entry.actor}
                <Text size="xs" c="dimmed">
                  {entry.source}
                </Text>
              </Table.Td>
              <Table.Td>
                {entry.agent ?? 'Session'}: {actionWords(entry)}
                <Text size="xs" c="dimmed">
                  revision {entry.revision} · {Object.keys(entry.after).join(', ') || 'nothing else'}
                </Text>
              </Table.Td>
              <Table.Td>{entry.note ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

function Verified({ verified: { whole, firstBroken } }: { readonly verified: NonNullable<Audit['verified']> }) {
  return whole ? (
    <Badge color="teal" variant="outline" leftSection={<IconShieldCheck aria-hidden size={14} />}>
      The chain of entries is whole
    </Badge>
  ) : (
    <Badge color="red" leftSection={<IconShieldX aria-hidden size={14} />}>
      The chain is broken from entry {firstBroken}
    </Badge>
  );
}
