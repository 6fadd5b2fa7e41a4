import type { JsonValue } from '../common/json';
import type { SessionState } from '../store/session-state';
import type { AgentSession } from './agent-provider';

/** A session as it was just read from the store, for who has no memo of it. */
export class LoadedSession implements AgentSession {
  constructor(private readonly state: SessionState) {}

  get sessionId(): string {
    return this.state.sessionId;
  }

  get agents(): SessionState['agents'] {
    return this.state.agents;
  }

  getContext(key: string): JsonValue | undefined {
    return this.state.context.get(key);
  }

  slots(): ReadonlyMap<string, JsonValue> {
    return this.state.slots;
  }

  toolOutputs(): ReadonlyMap<string, JsonValue> {
    return this.state.toolOutputs;
  }
}
