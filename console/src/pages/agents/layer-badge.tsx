import { Badge } from '@mantine/core';

const LAYERS = {
  default: { label: 'Defaults', color: 'gray' },
  agent: { label: 'Agent', color: 'blue' },
  experiment: { label: 'Experiment', color: 'grape' },
  session: { label: 'Session', color: 'orange' },
} as const;

interface LayerBadgeProps {
  readonly layer: keyof typeof LAYERS;
  readonly revision: number | null;
}

/** Where a value comes from. */
export function LayerBadge({ layer, revision }: LayerBadgeProps) {
  const { label, color } = LAYERS[layer];
  return (
    <Badge variant="outline" color={color} autoContrast radius="sm">
      {label}
      {revision !== null && ` · r${revision}`}
    </Badge>
  );
}
