import type { JsonObject, JsonValue } from '../common/json';

/** How the language model is called. Members beside the known ones are vendor options, passed on as they are. */
export type ModelSettings = {
  readonly deployment?: string;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly reasoningEffort?: string;
} & { readonly [option: string]: JsonValue };

export type VoiceSettings = {
  readonly name?: string;
  readonly type?: string;
  readonly style?: string;
  /** Such as `+10%`. */
  readonly rate?: string;
  readonly pitch?: string;
  readonly endpointId?: string;
};

/** Speech recognition. */
export type SpeechSettings = {
  /** BCP 47 tags, the likeliest first. */
  readonly languages?: readonly string[];
  /** Silence after which an utterance is over, milliseconds. */
  readonly silenceTimeoutMs?: number;
  readonly semanticSegmentation?: boolean;
  readonly diarization?: boolean;
};

export interface AgentHandoff {
  /** Name of the tool that hands a call over to this agent; null: none does. */
  readonly trigger: string | null;
  /** Whether calls begin here; exactly one base agent does. */
  readonly isEntryPoint: boolean;
}

/** An agent as orchestrators use it: frozen, all the way down. */
export interface Agent {
  readonly name: string;
  readonly description: string;
  /** Liquid template of the first words to a caller; empty: none. */
  readonly greeting: string;
  /** The same for a caller who has been with this agent before in the call. */
  readonly returnGreeting: string;
  readonly handoff: AgentHandoff;
  readonly model: ModelSettings;
  /** Where the cascade (speech to text, model, text to speech) needs another model; null: `model`. */
  readonly cascadeModel: ModelSettings | null;
  /** Where the live mode (a realtime model) needs another; null: `model`. */
  readonly liveModel: ModelSettings | null;
  readonly voice: VoiceSettings;
  readonly speech: SpeechSettings;
  /** Settings of a realtime session, passed through: modalities, audio formats, turn detection, tool choice. */
  readonly session: JsonObject;
  /** Names of the tools it may call. */
  readonly tools: readonly string[];
  /** Variables of its templates. */
  readonly templateVars: JsonObject;
  readonly metadata: JsonObject;
  /** Liquid template of the system prompt. */
  readonly prompt: string;
}

/** Fields that a session can override. */
export const OVERRIDABLE_FIELDS = ['prompt', 'voice', 'model', 'tools', 'templateVars', 'greeting'] as const;
export type OverridableField = (typeof OVERRIDABLE_FIELDS)[number];

/** What a session uses instead of an agent's fields. An empty text or list is a value; an absent field is not set. */
export interface AgentOverrides {
  readonly prompt?: string;
  /** Members over those of the agent. */
  readonly voice?: VoiceSettings;
  /** Members over those of the agent's model, in every mode. */
  readonly model?: ModelSettings;
  readonly tools?: readonly string[];
  /** Members over those of the agent. */
  readonly templateVars?: JsonObject;
  readonly greeting?: string;
}

/** Agents are found by name without regard to case: this is what is compared. */
export function agentKey(name: string): string {
  return name.toLowerCase();
}
