import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Role } from '../api/types';
import { usePermission } from '../sign-in/identity';

interface GuardedProps {
  readonly needs: Role;
  /** The control; `isDisabled` is to be passed on to it. */
  readonly children: (isDisabled: boolean) => ReactNode;
}

/** A control that not everybody may use: it is shown to all, disabled with the reason where it is not allowed. */
export function Guarded({ needs, children }: GuardedProps) {
  const permission = usePermission(needs);
  if (permission.isGranted) return children(false);
  return (
    <Tooltip label={permission.reason} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <span>
        {children(true)}
        <span className="visually-hidden">{permission.reason}</span>
      </span>
    </Tooltip>
  );
}
