import { type LiveClientOptions, LiveError, type LiveSessionHandle, ParleyLiveClient } from '../client';
import type { JsonObject } from '../common/json';
import type { ClientOp } from '../store/ops';
import type { ReceiptAnswer } from './session-answers';
import { RequestFailed, type SessionClient } from './session-client';
import type { TurnWriter } from './turn-writer';

/** Longer than a service takes to start: a replay outlives a restart. */
const GIVE_UP_AFTER_MS = 60_000;

/** Writes turns over the live channel, those of all calls over one connection. Sessions are opened over HTTP. */
export class LiveWriter implements TurnWriter {
  private readonly live: ParleyLiveClient;
  private readonly sessions = new Map<string, LiveSessionHandle>();

  constructor(
    private readonly http: SessionClient,
    options: LiveClientOptions,
  ) {
    this.live = new ParleyLiveClient({ giveUpAfterMs: GIVE_UP_AFTER_MS, ...options });
  }

  get retries(): number {
    return this.http.retries + this.live.resends;
  }

  async open(sessionId: string, context: JsonObject): Promise<number> {
    await explained('connect', this.live.connect());
    const revision = await this.http.open(sessionId, context);
    this.sessions.set(
      sessionId,
      await explained('attach', this.live.attach(sessionId, {}, { fromRevision: revision })),
    );
    return revision;
  }

  async apply(sessionId: string, batchId: string, ops: readonly ClientOp[]): Promise<ReceiptAnswer> {
    const session = this.sessions.get(sessionId);
    if (!session) throw new RequestFailed('ops: the session is not attached');
    const { revision, messages } = await explained('ops', session.apply(ops, { batchId }));
    return { revision, messages: [...messages] };
  }

  async leave(sessionId: string): Promise<void> {
    const session = this.sessions.get(sessionId);
    this.sessions.delete(sessionId);
    await session?.detach();
  }

  close(): Promise<void> {
    return this.live.close();
  }
}

async function explained<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LiveError) throw new RequestFailed(`${what}: ${error.code}`);
    throw error;
  }
}
