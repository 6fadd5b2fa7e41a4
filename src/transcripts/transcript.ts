import type { Role } from '../store/ops';

/** Something that was said, to or by a model; `at` in seconds since the epoch, null where nobody told. */
export interface TranscriptMessage {
  readonly kind: 'message';
  readonly at: number | null;
  /** Order over the whole session; 0 is a system prompt. */
  readonly seq: number;
  readonly role: Role;
  /** The agent whose thread it stands in. */
  readonly agent: string;
  /** Of an interrupted reply what was heard. */
  readonly content: string;
  /** The whole reply as the model wrote it, where the caller heard less or something else. */
  readonly generated?: string;
}

/** Something that happened between messages. */
export type TranscriptEvent = { readonly at: number } & (
  | { readonly kind: 'handoff'; readonly from: string | null; readonly to: string }
  | { readonly kind: 'interrupted' | 'resumed'; readonly epoch: number }
  | { readonly kind: 'tool'; readonly tool: string }
);

export type TranscriptEntry = TranscriptMessage | TranscriptEvent;

/** A call from its first to its last entry. Times are seconds since the epoch. */
export interface Transcript {
  readonly sessionId: string;
  readonly startedAt: number | null;
  /** Absent while the call goes on. */
  readonly endedAt?: number;
  readonly entries: readonly TranscriptEntry[];
}
