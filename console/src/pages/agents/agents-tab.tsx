import { Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { SessionView } from '../../api/types';
import { useSessionChanges } from '../../live/live-session';
import { ErrorState, LoadingState } from '../../shared/states';
import { SessionShown } from '../session/session-shown';
import { AgentDetail } from './agent-detail';
import { agentsKey, agentsQuery } from './agents-api';
import classes from './agents.module.css';
import { LiveTurns } from './live-turns';

/** The agents of a session: a tab of its page, inside LiveSessionProvider. */
export default function AgentsTab() {
  return <SessionShown>{(session) => <Agents session={session} />}</SessionShown>;
}

function Agents({ session }: { readonly session: SessionView }) {
  const { sessionId, activeAgent } = session;
  useFreshAgents(sessionId);
  const [params, setParams] = useSearchParams();
  const agents = useQuery(agentsQuery(sessionId));
  if (agents.isPending) return <LoadingState label="Loading the agents" />;
  if (agents.isError) {
    const retry = () => void agents.refetch();
    return <ErrorState title="The agents cannot be shown" error={agents.error} onRetry={retry} />;
  }
  const names = agents.data.agents.map(({ name }) => name);
  const name = names.find((one) => one === (params.get('agent') ?? activeAgent)) ?? names[0] ?? '';
  return (
    <div className={classes.tab}>
      <div className={classes.main}>
        <Select
          label="Agent"
          data={names.map((one) => ({ value: one, label: one === activeAgent ? `${one} (in charge)` : one }))}
          value={name}
          onChange={(agent) => agent && setParams({ agent }, { replace: true })}
          allowDeselect={false}
          searchable={names.length > 8}
          maw={360}
        />
        <AgentDetail key={name} sessionId={sessionId} name={name} />
      </div>
      <LiveTurns session={session} agent={name} />
    </div>
  );
}

/** A change of agents by anybody makes what is shown of them old. */
function useFreshAgents(sessionId: string): void {
  const queries = useQueryClient();
  useSessionChanges(({ source }) => {
    if (source === 'admin') void queries.invalidateQueries({ queryKey: agentsKey(sessionId) });
  });
}
