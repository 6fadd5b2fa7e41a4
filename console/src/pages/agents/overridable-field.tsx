import { Button, Group } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FIELD_LABELS } from './agent-diff';
import { cleared, isOverridden, type OverrideField } from './draft';
import type { DraftState } from './use-draft';

interface OverridableFieldProps {
  readonly field: OverrideField;
  readonly state: DraftState;
  readonly isReadOnly: boolean;
  readonly children: ReactNode;
}

/** A field with the way back to what stands beneath it, where it says anything of its own. */
export function OverridableField({ field, state, isReadOnly, children }: OverridableFieldProps) {
  const { draft, basis, replace } = state;
  const canGoBack = !isReadOnly && isOverridden(draft, field, basis);
  return (
    <div>
      {children}
      {canGoBack && (
        <Group justify="end" mt={4}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconArrowBackUp aria-hidden size={14} />}
            onClick={() => replace(cleared(draft, field, basis))}
          >
            {FIELD_LABELS[field]} back to base
          </Button>
        </Group>
      )}
    </div>
  );
}
