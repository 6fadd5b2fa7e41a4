import { Global, Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { SESSION_OPENING } from '../store/session-opening';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { AGENT_PROVIDER, HANDOFF_PROVIDER } from './agent-provider';
import { AgentDesk } from './agent-desk';
import { AgentPreviews } from './agent-previews';
import { AgentPrompts } from './agent-prompts';
import { AgentsController } from './api/agents.controller';
import { ExperimentsController } from './api/experiments.controller';
import { CHANGE_WINDOW_SECONDS, SharedThrottlerStorage } from './api/change-throttle';
import { SessionAgentsAdminController } from './api/session-agents-admin.controller';
import { SessionExperimentAdminController } from './api/session-experiment-admin.controller';
import { SessionChangesAdminController } from './api/session-changes-admin.controller';
import { BaseAgentProvider } from './base-agent-provider';
import { BaseAgents } from './base/base-agents';
import { readBaseAgents } from './base/read-base-agents';
import { AgentImport } from './changes/agent-import';
import { AgentRules } from './changes/agent-rules';
import { SessionChanges } from './changes/session-changes';
import { ExperimentDocuments } from './experiments/experiment-documents';
import { ExperimentMeter } from './experiments/experiment-meter';
import { ExperimentOpening } from './experiments/experiment-opening';
import { ExperimentRegistry } from './experiments/experiment-registry';
import { ExperimentResults } from './experiments/experiment-results';
import { ExperimentRules } from './experiments/experiment-rules';
import { ExperimentsService } from './experiments/experiments.service';
import { GuardRailWatch } from './experiments/guard-rail-watch';
import { NoOpening } from './experiments/no-opening';
import { PromptRenderer } from './prompts/prompt-renderer';
import { SessionAgentManager } from './session-agent-manager';
import { SessionAgentTrail } from './session-agent-trail';
import { SESSION_AGENTS_STATE, SessionAgentsGate, switchedOff, switchedOn } from './session-agents.gate';

/** One of two, as the configuration says: the only place that knows of the flag. */
function whichever<On, Off>(token: symbol, on: new (...args: never[]) => On, off: new (...args: never[]) => Off) {
  return {
    provide: token,
    inject: [PARLEY_CONFIG, on, off],
    useFactory: ({ agents }: ParleyConfig, whenOn: On, whenOff: Off): On | Off =>
      agents.overridesEnabled ? whenOn : whenOff,
  };
}

/**
 * Agents of sessions. Offers AGENT_PROVIDER and HANDOFF_PROVIDER to whoever runs turns, and SESSION_OPENING to whoever
 * opens sessions. Needs SESSION_STORE, SHARED_STORE, PARLEY_CONFIG and CLOCK from global modules.
 */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [PARLEY_CONFIG, SHARED_STORE],
      useFactory: ({ agents }: ParleyConfig, shared: SharedStore) => ({
        throttlers: [{ limit: agents.changesPerMinute, ttl: CHANGE_WINDOW_SECONDS * 1000 }],
        storage: new SharedThrottlerStorage(shared),
      }),
    }),
  ],
  controllers: [
    AgentsController,
    SessionAgentsAdminController,
    SessionChangesAdminController,
    SessionExperimentAdminController,
    ExperimentsController,
  ],
  providers: [
    {
      provide: BaseAgents,
      inject: [PARLEY_CONFIG],
      useFactory: ({ agents, templates }: ParleyConfig) => readBaseAgents(agents.directory, templates),
    },
    PromptRenderer,
    AgentPrompts,
    AgentPreviews,
    AgentDesk,
    AgentRules,
    AgentImport,
    SessionChanges,
    SessionAgentTrail,
    SessionAgentManager,
    BaseAgentProvider,
    whichever(AGENT_PROVIDER, SessionAgentManager, BaseAgentProvider),
    whichever(HANDOFF_PROVIDER, SessionAgentManager, BaseAgentProvider),
    {
      provide: SESSION_AGENTS_STATE,
      inject: [PARLEY_CONFIG],
      useFactory: ({ agents }: ParleyConfig) => (agents.overridesEnabled ? switchedOn : switchedOff),
    },
    SessionAgentsGate,
    ExperimentDocuments,
    ExperimentRegistry,
    ExperimentResults,
    ExperimentRules,
    ExperimentsService,
    GuardRailWatch,
    ExperimentMeter,
    ExperimentOpening,
    NoOpening,
    whichever(SESSION_OPENING, ExperimentOpening, NoOpening),
  ],
  exports: [AGENT_PROVIDER, HANDOFF_PROVIDER, SESSION_OPENING, AgentPrompts],
})
export class SessionAgentsModule {}
