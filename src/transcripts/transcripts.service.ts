import { Inject, Injectable } from '@nestjs/common';
import { requireSessionId } from '../common/ids';
import { Redactor } from '../redaction';
import type { SessionState } from '../store/session-state';
import { SESSION_STORE, type SessionStore } from '../store/session-store';
import { redactedTranscript } from './redacted-transcript';
import type { Transcript } from './transcript';
import { transcriptOf, type TranscriptOptions } from './transcript-of';

/** Transcripts as they may leave the service. */
@Injectable()
export class TranscriptsService {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    private readonly redactor: Redactor,
  ) {}

  async of(sessionId: string, options: TranscriptOptions = {}): Promise<Transcript> {
    return this.ofState(await this.store.load(requireSessionId(sessionId)), options);
  }

  ofState(state: SessionState, options: TranscriptOptions = {}): Transcript {
    return redactedTranscript(transcriptOf(state, options), this.redactor);
  }
}
