import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { idSequence, newSessionId, requireSessionId } from '../common/ids';
import { type JsonObject, jsonPointer, type JsonValue } from '../common/json';
import { ParleyError } from '../common/parley-error';
import { SESSION_ARCHIVE, type SessionArchive } from '../archive';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';
import { SessionLoader } from '../session-loader';
import { checkDepth, parseOps } from '../store/op-validation';
import { isName, type Op } from '../store/ops';
import type { RawSession, Repair } from '../store/raw-session';
import type { SessionState } from '../store/session-state';
import { OPERATION_FILTER, type OperationFilter } from '../store/operation-filter';
import { SESSION_OPENING, type SessionOpening } from '../store/session-opening';
import {
  type HistoryPage,
  type Receipt,
  SESSION_STORE,
  type SessionPage,
  type SessionStore,
} from '../store/session-store';
import { SESSION_WRITES, type SessionWrites, type Spooled } from '../store/session-writes';

export interface OpenSession {
  readonly sessionId?: string | undefined;
  readonly email?: string | undefined;
  readonly clientId?: string | undefined;
  readonly ttlSeconds?: number | undefined;
  readonly context?: JsonObject | undefined;
}

export interface OpenedSession {
  readonly sessionId: string;
  readonly revision: number;
  readonly profileFound: boolean;
  /** As in the receipt. */
  readonly replicated?: false;
}

/**
 * Sessions as callers outside this process use them: every change one batch, durable when answered: in the store, or, where
 * that is away and there is a spool, in the spool.
 */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger('Sessions');
  private readonly nextBatchId = idSequence();

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(SESSION_WRITES) private readonly writes: SessionWrites,
    @Inject(PARLEY_CONFIG) private readonly config: ParleyConfig,
    private readonly loader: SessionLoader,
    @Inject(SESSION_ARCHIVE) private readonly archive: SessionArchive,
    @Optional() @Inject(SESSION_OPENING) private readonly opening?: SessionOpening,
    @Optional() @Inject(OPERATION_FILTER) private readonly filter: OperationFilter = (ops) => ops,
  ) {}

  /**
   * Opens a session with its caller's profile; what the request puts into the context stands above the profile.
   * @throws ParleyError `session_exists`, `profile_source_unavailable`
   */
  async open(request: OpenSession): Promise<OpenedSession> {
    const sessionId = request.sessionId ?? newSessionId();
    const given = givenContext(request.context ?? {});
    const profile = await this.loader.load({ email: request.email, clientId: request.clientId });
    const own = this.opening?.opsFor(sessionId) ?? [];
    const profiled = contextOps(profile ? this.loader.contextOf(profile) : {});
    const ops = [...profiled, ...this.filter(given), ...own];
    const ttlSeconds = request.ttlSeconds ?? this.config.sessionTtlSeconds;
    const { revision, replicated } = await this.store.create(sessionId, ttlSeconds, { id: this.nextBatchId(), ops });
    const opened = { sessionId, revision, profileFound: profile !== undefined };
    return replicated === undefined ? opened : { ...opened, replicated };
  }

  load(sessionId: string): Promise<SessionState> {
    return this.store.load(requireSessionId(sessionId));
  }

  /** Whether the session lacks writes that were answered: they wait in the spool. */
  isDegraded(sessionId: string): boolean {
    return this.writes.isDegraded(sessionId);
  }

  list(limit: number, cursor?: string): Promise<SessionPage> {
    return this.store.list(limit, cursor);
  }

  /**
   * Ends a session; what is to be archived of it is kept first.
   * @throws ParleyError `archive_unavailable`: the session stays
   */
  async end(sessionId: string): Promise<void> {
    if (this.archive.isKept) await this.archive.store(await this.store.load(requireSessionId(sessionId)));
    await this.store.end(requireSessionId(sessionId));
  }

  /** `idempotencyKey` makes the batch repeatable: the same key with the same operations answers as the first time. */
  apply(sessionId: string, ops: readonly Op[], idempotencyKey?: string): Promise<Receipt | Spooled> {
    return this.writes.write(requireSessionId(sessionId), {
      id: idempotencyKey ?? this.nextBatchId(),
      ops: this.filter(ops),
    });
  }

  setContext(sessionId: string, key: string, value: JsonValue): Promise<Receipt | Spooled> {
    checkName(key, '/key');
    checkDepth(value, '/value');
    return this.apply(sessionId, [{ op: 'setContext', key, value }]);
  }

  deleteContext(sessionId: string, key: string): Promise<Receipt | Spooled> {
    return this.apply(sessionId, [{ op: 'deleteContext', key: checkName(key, '/key') }]);
  }

  /** @throws as {@link SessionStore.readRaw} */
  readRaw(sessionId: string): Promise<RawSession> {
    return this.store.readRaw(requireSessionId(sessionId));
  }

  /** What was taken out is logged by session and number: names of fields hold what callers named. */
  async repair(sessionId: string): Promise<Repair> {
    const repair = await this.store.repair(requireSessionId(sessionId));
    const { revision, quarantined } = repair;
    this.logger.warn({ msg: 'a session was repaired', sessionId, revision, fields: quarantined.length });
    return repair;
  }

  history(sessionId: string, agent: string, after: number, limit: number): Promise<HistoryPage> {
    return this.store.readHistory(requireSessionId(sessionId), checkName(agent, '/agent'), after, limit);
  }

  /** @throws ParleyError `context_key_not_found` */
  async context(sessionId: string, key: string): Promise<JsonValue> {
    const value = await this.store.readContext(requireSessionId(sessionId), checkName(key, '/key'));
    if (value === undefined) throw new ParleyError('context_key_not_found', `Session ${sessionId} has no such key.`);
    return value;
  }
}

function checkName(name: string, path: string): string {
  if (isName(name)) return name;
  throw new ParleyError('validation_failed', 'The name is not valid.', {
    errors: [{ path, message: 'must be 1 to 256 characters, none of them a control character' }],
  });
}

/** Checked value by value, so that a refusal names the place in the request and not in the batch. */
function givenContext(context: JsonObject): readonly Op[] {
  for (const [key, value] of Object.entries(context)) {
    checkName(key, jsonPointer('context', key));
    checkDepth(value, jsonPointer('context', key));
  }
  const ops = contextOps(context);
  return ops.length === 0 ? [] : parseOps(ops, '/context');
}

function contextOps(context: object): Op[] {
  return Object.entries(context).map(([key, value]) => ({ op: 'setContext', key, value: value as JsonValue }));
}
