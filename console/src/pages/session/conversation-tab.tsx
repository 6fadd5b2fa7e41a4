import { useMemo } from 'react';
import type { SessionView } from '../../api/types';
import { useLiveSession } from '../../live/live-session';
import { EmptyState } from '../../shared/states';
import { startOf } from './call-line';
import { CallLineView } from './call-line-view';
import { conversationOf } from './conversation';
import { ConversationView } from './conversation-view';
import { SessionShown } from './session-shown';

export function ConversationTab() {
  return <SessionShown>{(session) => <Conversation session={session} />}</SessionShown>;
}

function Conversation({ session }: { readonly session: SessionView }) {
  const { events, closed } = useLiveSession();
  const items = useMemo(() => conversationOf(session, events), [session, events]);
  if (items.length === 0) {
    return <EmptyState title="Nobody has said anything yet">Words appear here as they are spoken.</EmptyState>;
  }
  return (
    <>
      <CallLineView session={session} events={events} until={closed ? session.updatedAt : null} />
      <ConversationView items={items} startedAt={startOf(session, events)} />
    </>
  );
}
