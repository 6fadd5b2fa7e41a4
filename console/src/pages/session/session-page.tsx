import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { LiveSessionProvider } from '../../live/live-session';
import { LoadingState } from '../../shared/states';
import { ConversationTab } from './conversation-tab';
import { SessionHeader } from './session-header';
import classes from './session-page.module.css';
import { StateTab } from './state-tab';

const AgentsTab = lazy(() => import('../agents/agents-tab'));
const SessionLatencyTab = lazy(() => import('../latency/session-latency-tab'));

const TABS = [
  { name: 'conversation', label: 'Conversation', Tab: ConversationTab },
  { name: 'agents', label: 'Agents', Tab: AgentsTab },
  { name: 'latency', label: 'Latency', Tab: SessionLatencyTab },
  { name: 'state', label: 'State', Tab: StateTab },
] as const;

interface SessionPageProps {
  readonly sessionId: string;
  readonly tab: string | undefined;
}

export default function SessionPage({ sessionId, tab }: SessionPageProps) {
  const [, navigate] = useLocation();
  const shown = TABS.find(({ name }) => name === tab)?.name ?? 'conversation';
  const open = (name: string | null) => navigate(`/sessions/${encodeURIComponent(sessionId)}/${name ?? ''}`);
  return (
    <LiveSessionProvider sessionId={sessionId}>
      <div className={classes.page} data-tab={shown}>
        <SessionHeader sessionId={sessionId} />
        <Tabs value={shown} onChange={open} keepMounted={false} className={classes.body}>
          <Tabs.List className={classes.tabs}>
            {TABS.map(({ name, label }) => (
              <Tabs.Tab key={name} value={name}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {TABS.map(({ name, label, Tab }) => (
            <Tabs.Panel key={name} value={name} className={classes.panel}>
              <Suspense fallback={<LoadingState label={`Loading ${label.toLowerCase()}`} />}>
                <Tab />
              </Suspense>
            </Tabs.Panel>
          ))}
        </Tabs>
      </div>
    </LiveSessionProvider>
  );
}
