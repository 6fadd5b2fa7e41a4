import type { Attributes } from '@opentelemetry/api';
import type { Batch, FeedListener, Receipt, SessionStore } from '../store/session-store';
import { AGENT_NAME, BATCH_SIZE, REVISION, sessionAttributes } from './attributes';
import type { StoreCalls } from './store-calls';

/**
 * A span for each call of a store, so one for each batch, whether a request brought it or a memo wrote it behind. Of a
 * session they hold its id, numbers and the agent's name; keys, values and messages never.
 */
export class TracedSessionStore implements SessionStore {
  constructor(
    private readonly store: SessionStore,
    private readonly calls: StoreCalls,
  ) {}

  get description(): string {
    return this.store.description;
  }

  create(sessionId: string, ttlSeconds: number, batch: Batch) {
    return this.write('create', sessionId, batch, () => this.store.create(sessionId, ttlSeconds, batch));
  }

  apply(sessionId: string, batch: Batch) {
    return this.write('apply', sessionId, batch, () => this.store.apply(sessionId, batch));
  }

  load(sessionId: string) {
    const describe = ({ revision }: { revision: number }) => ({ [REVISION]: revision });
    return this.read('load', sessionId, () => this.store.load(sessionId), describe);
  }

  readRevision(sessionId: string) {
    const describe = (revision: number) => ({ [REVISION]: revision });
    return this.read('readRevision', sessionId, () => this.store.readRevision(sessionId), describe);
  }

  readContext(sessionId: string, key: string) {
    return this.read('readContext', sessionId, () => this.store.readContext(sessionId, key));
  }

  readOverview(...args: Parameters<SessionStore['readOverview']>) {
    return this.read('readOverview', args[0], () => this.store.readOverview(...args));
  }

  readHistory(sessionId: string, agent: string, after: number, limit: number) {
    return this.read('readHistory', sessionId, () => this.store.readHistory(sessionId, agent, after, limit));
  }

  readPlayback(sessionId: string) {
    return this.read('readPlayback', sessionId, () => this.store.readPlayback(sessionId));
  }

  readChanges(sessionId: string, after: number) {
    return this.read('readChanges', sessionId, () => this.store.readChanges(sessionId, after));
  }

  readAgentChanges(sessionId: string) {
    return this.read('readAgentChanges', sessionId, () => this.store.readAgentChanges(sessionId));
  }

  end(sessionId: string) {
    return this.read('end', sessionId, () => this.store.end(sessionId));
  }

  list(...args: Parameters<SessionStore['list']>) {
    return this.calls.trace({ operation: 'list', attributes: {}, run: () => this.store.list(...args) });
  }

  /** A subscription, not a call: what it brings is traced where it was written. */
  watch(sessionId: string, listener: FeedListener) {
    return this.store.watch(sessionId, listener);
  }

  /** Asked by every health check; it has its own metric. */
  status() {
    return this.store.status();
  }

  private write(operation: string, sessionId: string, { ops }: Batch, run: () => Promise<Receipt>): Promise<Receipt> {
    const attributes = { ...sessionAttributes(sessionId), [BATCH_SIZE]: ops.length };
    return this.calls.trace({ operation, attributes, run, describe: receiptAttributes });
  }

  private read<T>(
    operation: string,
    sessionId: string,
    run: () => Promise<T>,
    describe: (answer: T) => Attributes = () => ({}),
  ): Promise<T> {
    return this.calls.trace({ operation, attributes: sessionAttributes(sessionId), run, describe });
  }
}

function receiptAttributes({ revision, inEffect }: Receipt): Attributes {
  const agent = inEffect?.agent ?? null;
  return { [REVISION]: revision, ...(agent !== null && { [AGENT_NAME]: agent }) };
}
