import type { JsonObject } from '../../common/json';
import type { VoiceSettings } from '../../session-agents';
import type { ToolSpec } from '../tools';
import type { RealtimeEvent } from './realtime-event';

/** What a realtime session is like, all of it: what is not named gets its default, whatever it was before. */
export interface RealtimeSettings {
  /** Model or deployment, unless the configuration names one. Looked at when connecting: a session keeps its model. */
  readonly model?: string;
  readonly instructions: string;
  /** Left out where the model cannot speak it; it then has its own. */
  readonly voice?: VoiceSettings;
  readonly tools: readonly ToolSpec[];
  /** Left out where the model takes none. */
  readonly temperature?: number;
  readonly maxTokens?: number;
  /** The maker's options, such as turn detection, in the maker's names. Audio is always PCM16, 24 kHz, mono. */
  readonly session: JsonObject;
}

/** What a conversation is made of, and restored from. A result follows the call that it belongs to. */
export type RealtimeItem =
  | { readonly type: 'message'; readonly role: 'user' | 'assistant' | 'system'; readonly text: string }
  | { readonly type: 'functionCall'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'functionResult'; readonly callId: string; readonly output: string };

export interface RealtimeResponseOptions {
  /** Instead of the session's. */
  readonly instructions?: string;
  readonly toolChoice?: 'auto' | 'none' | 'required';
}

/**
 * One conversation with a realtime model. What is sent goes out in the order of the calls; nothing but `update` waits for
 * an answer, and what the model refuses comes as an `error` event. After the end all of it does nothing.
 */
export interface RealtimeConnection {
  /** A model that has spoken keeps its voice: `update` then leaves the voice as it is. Another connection changes it. */
  readonly canChangeVoice: boolean;
  /**
   * Resolves when the session is as the settings say.
   * @throws ParleyError `model_refused` (the session stays as it was), `model_timeout` (it may become so yet) or
   * `model_unavailable`
   */
  update(settings: RealtimeSettings): Promise<void>;
  /**
   * What the caller says: PCM16, 24 kHz, mono. Nothing is dropped: where more waits for the model than
   * `REALTIME_MAX_QUEUE_BYTES`, the connection is closed with `model_unavailable`, because a model that is seconds behind
   * is in no conversation.
   */
  appendAudio(pcm16: Buffer): void;
  addItem(item: RealtimeItem): void;
  /** Asks for a response now. Refused by the model (`error`) while another one is under way. */
  createResponse(options?: RealtimeResponseOptions): void;
  /** Of the response under way, or asked for, nothing but `responseDone` comes any more. Without one: nothing. */
  cancelResponse(): void;
  /**
   * The caller has heard this much of an item, and the model forgets the rest; nothing more of the item comes. More than
   * has come of it is taken for all of it.
   */
  truncate(itemId: string, contentIndex: number, audioEndMs: number): void;
  /** Ends it in good order; resolves when it is closed. */
  close(): Promise<void>;
}

export interface RealtimeConnectOptions {
  /** Called for each event, in order, in the turn in which it arrives: nothing waits, so nothing piles up. */
  readonly onEvent: (event: RealtimeEvent) => void;
  /** Ends the attempt, and the connection that came of it, at once. */
  readonly signal?: AbortSignal;
}

export interface RealtimeModel {
  readonly name: string;
  /**
   * Resolves when the session is configured. Events can come before that.
   * @throws ParleyError `feature_disabled` without a model, `model_refused`, `model_unavailable`, `model_timeout`, or
   * `wait_aborted` by the signal; no `closed` event comes then
   */
  connect(settings: RealtimeSettings, options: RealtimeConnectOptions): Promise<RealtimeConnection>;
}

/** Injection token of {@link RealtimeModel}. */
export const REALTIME_MODEL = Symbol('REALTIME_MODEL');
