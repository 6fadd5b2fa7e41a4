import { formatDuration } from './format';
import { useNow } from './use-now';

interface DurationProps {
  /** Seconds since the epoch; null where nobody has said. */
  readonly since: number | null;
  /** Where it has ended. */
  readonly until?: number | null;
}

/** How long something has lasted; it goes on while it lasts. */
export function Duration({ since, until }: DurationProps) {
  return since === null ? '–' : until ? formatDuration(until - since) : <Running since={since} />;
}

function Running({ since }: { readonly since: number }) {
  return formatDuration(useNow() - since);
}
