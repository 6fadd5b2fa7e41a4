import { Alert, Anchor } from '@mantine/core';
import { IconPhoneOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SessionView } from '../../api/types';
import { useLinkStatus } from '../../live/live-context';
import { useLiveSession } from '../../live/live-session';
import { EmptyState, LoadingState } from '../../shared/states';
import { StaleNotice } from '../../shared/stale-notice';

const REASONS: Readonly<Record<string, readonly [title: string, words: string]>> = {
  session_not_found: [
    'There is no such session',
    'It may have expired, or its call has ended and its data were removed.',
  ],
  session_ended: ['This call has ended', 'Its data were removed from the live sessions.'],
  session_corrupt: [
    'This session cannot be read',
    'What is stored of it is damaged; the log of the service says more.',
  ],
  forbidden: ['You may not see this session', 'Your key does not let you.'],
};

/** Shows what needs the session once it is there, and else why it is not. */
export function SessionShown({ children }: { readonly children: (session: SessionView) => ReactNode }) {
  const { session, closed } = useLiveSession();
  const status = useLinkStatus();
  if (session) {
    return (
      <>
        <StaleNotice what="The session" />
        {closed && (
          <Alert role="status" color="gray" icon={<IconPhoneOff aria-hidden />} title={titleOf(closed)} mb="sm">
            What you see is how it was at its end.
          </Alert>
        )}
        {children(session)}
      </>
    );
  }
  if (closed) {
    return (
      <EmptyState
        title={titleOf(closed)}
        action={
          <Anchor component={Link} href="/sessions" size="sm">
            All live sessions
          </Anchor>
        }
      >
        {REASONS[closed]?.[1] ?? 'The service does not say more.'}
      </EmptyState>
    );
  }
  if (status === 'reconnecting' || status === 'disconnected') return <StaleNotice what="The page" />;
  return <LoadingState label="Loading the session" />;
}

function titleOf(reason: string): string {
  return REASONS[reason]?.[0] ?? `This session cannot be shown (${reason})`;
}
