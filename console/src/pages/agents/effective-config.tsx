import { Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatValue } from '../../shared/format';
import { JsonValue } from '../../shared/json-value';
import { ErrorState, LoadingState } from '../../shared/states';
import { type AgentView, agentViewQuery } from './agents-api';
import classes from './agents.module.css';
import { fieldRows } from './field-rows';
import { LayerBadge } from './layer-badge';

/** What the session uses of an agent, and from where. */
export function EffectiveConfig({ sessionId, name }: { readonly sessionId: string; readonly name: string }) {
  const view = useQuery(agentViewQuery(sessionId, name));
  if (view.isPending) return <LoadingState label="Loading the configuration" />;
  if (view.isError) {
    const retry = () => void view.refetch();
    return <ErrorState title="The configuration cannot be shown" error={view.error} onRetry={retry} />;
  }
  return <Configuration view={view.data} />;
}

function Configuration({ view }: { readonly view: AgentView }) {
  return (
    <>
      <Table className={classes.fields} verticalSpacing="xs" layout="fixed">
        <Table.Caption className="visually-hidden">Settings of {view.name} in this session</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.setting}>Setting</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th className={classes.layer}>From</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fieldRows(view).map(({ setting, value, layer, revision }) => (
            <Table.Tr key={setting}>
              <Table.Th scope="row" className={classes.setting}>
                {setting}
              </Table.Th>
              <Table.Td>{isShort(value) ? shortText(value) : <JsonValue value={value} label={setting} />}</Table.Td>
              <Table.Td className={classes.layer}>
                <LayerBadge layer={layer} revision={revision} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Title order={2} size="h5" mt="md" mb="xs">
        The prompt with the data of this session
      </Title>
      <JsonValue value={view.rendered ?? ''} label="The prompt with the data of this session" />
    </>
  );
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' ? value.length < 80 && !value.includes('\n') : typeof value !== 'object' || !value;
}

function shortText(value: unknown): string {
  return value === '' || value === null ? '–' : formatValue(value);
}
