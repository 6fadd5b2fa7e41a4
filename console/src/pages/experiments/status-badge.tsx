import { Badge } from '@mantine/core';
import type { Status } from './experiments-api';

const COLOURS: Readonly<Record<Status, string>> = { draft: 'gray', running: 'teal', paused: 'yellow', ended: 'gray' };

export function StatusBadge({ status }: { readonly status: Status }) {
  return (
    <Badge variant="dot" color={COLOURS[status]}>
      {status}
    </Badge>
  );
}
