import { Alert, Text } from '@mantine/core';
import type { OverBudgetFrame } from '../../api/types';
import { formatMs, formatTime, plural } from '../../shared/format';

const SHOWN = 5;

/** Stages that took longer than they may, since the page was opened. */
export function Breaches({ breaches }: { readonly breaches: readonly OverBudgetFrame[] }) {
  if (breaches.length === 0) return null;
  return (
    <Alert role="status" color="orange" title={`${plural(breaches.length, 'stage')} over budget since you look`}>
      {breaches
        .slice(-SHOWN)
        .toReversed()
        .map(({ stage, seconds, budget, at, revision }) => (
          <Text key={`${revision} ${stage} ${at}`} size="sm">
            {formatTime(at)}: {stage} took {formatMs(seconds * 1000)}, {formatMs(budget * 1000)} are allowed
          </Text>
        ))}
    </Alert>
  );
}
