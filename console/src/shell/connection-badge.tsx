import { Badge, Button, Group } from '@mantine/core';
import { useLinkStatus, useLive } from '../live/live-context';
import type { LinkStatus } from '../live/live-link';

const LOOKS: Readonly<Record<LinkStatus, { readonly color: string; readonly label: string }>> = {
  connecting: { color: 'gray', label: 'Connecting' },
  connected: { color: 'green', label: 'Live' },
  reconnecting: { color: 'yellow', label: 'Reconnecting' },
  disconnected: { color: 'red', label: 'Disconnected' },
};

/** Whether what is shown is what is. */
export function ConnectionBadge() {
  const status = useLinkStatus();
  const live = useLive();
  const { color, label } = LOOKS[status];
  return (
    <Group gap="xs" wrap="nowrap">
      <Badge role="status" variant="dot" color={color} data-status={status}>
        {label}
      </Badge>
      {status === 'disconnected' && (
        <Button size="compact-xs" variant="default" onClick={() => live.retryNow()}>
          Try now
        </Button>
      )}
    </Group>
  );
}
