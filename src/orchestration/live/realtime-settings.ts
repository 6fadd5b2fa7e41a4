import { isJsonObject } from '../../common/json';
import type { Agent } from '../../session-agents';
import type { RealtimeSettings } from '../realtime';
import type { ToolSpec } from '../tools';

/** A realtime session in which this agent speaks. */
export function realtimeSettings(agent: Agent, instructions: string, tools: readonly ToolSpec[]): RealtimeSettings {
  const { deployment, temperature, maxTokens } = agent.liveModel ?? agent.model;
  return {
    ...(deployment !== undefined && { model: deployment }),
    instructions,
    voice: agent.voice,
    tools,
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    session: agent.session,
  };
}

/** What the model does of its own accord when it hears the caller. */
export interface TurnTaking {
  /** The caller's first sound ends what the agent says. */
  readonly interrupts: boolean;
  /** It answers when the caller has stopped. */
  readonly responds: boolean;
}

export function turnTaking({ session }: Agent): TurnTaking {
  const detection = session['turn_detection'];
  if (!isJsonObject(detection)) return { interrupts: true, responds: true };
  return {
    interrupts: detection['interrupt_response'] !== false,
    responds: detection['create_response'] !== false,
  };
}
