import { Anchor, Badge, Breadcrumbs, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useLiveSession } from '../../live/live-session';
import { Duration } from '../../shared/duration';
import { plural } from '../../shared/format';
import { PageTitle } from '../../shared/page-title';
import { ExportMenu } from './export-menu';
import classes from './session-header.module.css';

/** Who is on the line, with whom, and for how long. */
export function SessionHeader({ sessionId }: { readonly sessionId: string }) {
  const { session, closed } = useLiveSession();
  return (
    <div className={classes.header}>
      <div className={classes.names}>
        <Breadcrumbs>
          <Anchor component={Link} href="/sessions" size="sm">
            Sessions
          </Anchor>
          <Text size="sm" c="dimmed">
            {callerOf(session?.context) ?? 'Unknown caller'}
          </Text>
        </Breadcrumbs>
        <PageTitle title={sessionId}>
          <span className={classes.id}>{sessionId}</span>
        </PageTitle>
      </div>
      {session && (
        <Group gap="xs">
          {session.activeAgent && <Badge variant="light">{session.activeAgent}</Badge>}
          {session.interrupted && (
            <Badge variant="light" color="orange">
              Caller interrupts
            </Badge>
          )}
          <Text size="sm">
            <Duration since={session.createdAt} until={closed ? session.updatedAt : null} />
            {session.epoch > 0 && <> · {plural(session.epoch, 'interruption')}</>}
          </Text>
          <ExportMenu sessionId={sessionId} />
        </Group>
      )}
    </div>
  );
}

function callerOf(context: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const name = context?.['caller_name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
