import { Alert, Button, Group } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useLinkStatus, useLive } from '../live/live-context';

/** Says that what is shown is not what is, while the live channel is away. */
export function StaleNotice({ what }: { readonly what: string }) {
  const status = useLinkStatus();
  const live = useLive();
  if (status === 'connected' || status === 'connecting') return null;
  const isLost = status === 'disconnected';
  return (
    <Alert
      role="status"
      color={isLost ? 'red' : 'yellow'}
      icon={<IconPlugConnectedX aria-hidden />}
      title={isLost ? 'Disconnected' : 'Reconnecting'}
      my="sm"
    >
      <Group justify="space-between">
        {isLost
          ? `The service has not answered for a while. ${what} is as it was; it goes on by itself when the service is back.`
          : `The connection was lost and is being made anew. ${what} is as it was.`}
        {isLost && (
          <Button size="xs" variant="default" onClick={() => live.retryNow()}>
            Try now
          </Button>
        )}
      </Group>
    </Alert>
  );
}
