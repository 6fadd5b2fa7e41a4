import { Text } from '@mantine/core';
import { TextDiffView } from '../../shared/diff/text-diff-view';
import { agentDiff, FIELD_LABELS } from './agent-diff';

interface AgentDiffViewProps {
  readonly before: Parameters<typeof agentDiff>[0];
  readonly after: Parameters<typeof agentDiff>[0];
  /** Said where nothing differs. */
  readonly same: string;
}

/** What differs between two states of an agent. */
export function AgentDiffView({ before, after, same }: AgentDiffViewProps) {
  const fields = agentDiff(before, after);
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {same}
      </Text>
    );
  }
  return fields.map(({ field, ...texts }) => (
    <div key={field}>
      <Text size="sm" fw={600} mt="sm" mb={4}>
        {FIELD_LABELS[field]}
      </Text>
      <TextDiffView label={`${FIELD_LABELS[field]}: what differs`} {...texts} />
    </div>
  ));
}
