import { Button, Loader, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ConsoleError, messageOf } from '../api/console-error';
import classes from './states.module.css';

export function LoadingState({ label }: { readonly label: string }) {
  return (
    <div role="status" className={classes.state}>
      <Loader aria-hidden size="sm" />
      <Text c="dimmed">{label} …</Text>
    </div>
  );
}

interface EmptyStateProps {
  readonly title: string;
  /** Why there is nothing, or how there will be something. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <IconInbox aria-hidden size={32} stroke={1.3} className={classes.icon} />
      <Title order={2} size="h5">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" size="sm" className={classes.words}>
          {children}
        </Text>
      )}
      {action}
    </div>
  );
}

interface ErrorStateProps {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  return (
    <div role="alert" className={classes.state}>
      <IconAlertTriangle aria-hidden size={32} stroke={1.3} className={classes.warning} />
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text c="dimmed" size="sm" className={classes.words}>
        {messageOf(error)}
        {error instanceof ConsoleError && <> ({error.code})</>}
      </Text>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
