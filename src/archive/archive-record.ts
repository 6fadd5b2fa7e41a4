import type { JsonValue } from '../common/json';
import { type StageSummary, summarizeStage } from '../latency';
import type { Redactor } from '../redaction';
import type { SessionState } from '../store/session-state';
import type { Transcript, TranscriptsService } from '../transcripts';

/** An ended session as the archive keeps it: a line of JSON. Redacted, unless that is switched off. */
export interface ArchiveRecord extends Transcript {
  readonly endedAt: number;
  /** With session id and start it tells a line that was written twice from another session under the same id. */
  readonly revision: number;
  readonly context: JsonValue;
  readonly slots: JsonValue;
  readonly toolOutputs: JsonValue;
  readonly latency: { readonly stages: Readonly<Record<string, StageSummary>> };
}

export interface RecordSources {
  readonly transcripts: TranscriptsService;
  readonly redactor: Redactor;
}

export function archiveRecord(state: SessionState, endedAt: number, sources: RecordSources): ArchiveRecord {
  const { sessionId, startedAt, entries } = sources.transcripts.ofState(state);
  const redacted = (map: ReadonlyMap<string, JsonValue>) => sources.redactor.exported(Object.fromEntries(map));
  const stages = [...state.latency].map(([stage, stats]) => [stage, summarizeStage(stats)] as const);
  return {
    sessionId,
    startedAt,
    endedAt,
    revision: state.revision,
    entries,
    context: redacted(state.context),
    slots: redacted(state.slots),
    toolOutputs: redacted(state.toolOutputs),
    latency: { stages: Object.fromEntries(stages) },
  };
}
