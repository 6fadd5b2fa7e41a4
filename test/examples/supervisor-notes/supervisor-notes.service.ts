import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, type Op, SESSION_STORE, type SessionStore } from '../../../src';
import { idSequence, requireSessionId } from '../../../src/common/ids';
import { isJsonObject } from '../../../src/common/json';

export interface SupervisorNote {
  readonly text: string;
  readonly by: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** Context key of the notes, by their id: two supervisors who write at once merge, and neither loses a note. */
const NOTES_KEY = 'supervisor_notes';

/** Notes that supervisors take during a call. Every live memo of the session has them at once. */
@Injectable()
export class SupervisorNotes {
  private readonly nextId = idSequence();

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async add(sessionId: string, text: string, by: string): Promise<{ revision: number }> {
    const id = this.nextId();
    const note = { text, by, at: this.clock.nowMs() / 1000 };
    const op: Op = { op: 'mergeContext', key: NOTES_KEY, value: { [id]: note } };
    const { revision } = await this.store.apply(requireSessionId(sessionId), { id, ops: [op] });
    return { revision };
  }

  async list(sessionId: string): Promise<SupervisorNote[]> {
    const notes = await this.store.readContext(requireSessionId(sessionId), NOTES_KEY);
    return isJsonObject(notes) ? (Object.values(notes) as unknown as SupervisorNote[]) : [];
  }
}
