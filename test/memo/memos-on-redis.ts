import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { systemClock } from '../../src/common/clock';
import { type MemoOptions, MemoService, PersistMonitor } from '../../src/memo';
import { OwnStages } from '../../src/store/own-stages';
import { threadMessages } from '../../src/store/session-state';
import type { SessionStore } from '../../src/store/session-store';

const OPTIONS: MemoOptions = {
  pendingMaxBytes: 1024 * 1024,
  sessionPendingMaxBytes: 1024 * 1024,
  shutdownTimeoutMs: 10_000,
  backoff: () => 20,
};

/** The memos of one process over a store of its own; what they log is not shown. */
export function memosOver(store: SessionStore, options: Partial<MemoOptions> = {}): MemoService {
  Logger.overrideLogger(false);
  const monitor = new PersistMonitor(new Registry());
  return new MemoService(store, systemClock, { ...OPTIONS, ...options }, monitor, new OwnStages());
}

/** What was said in a session, as the store has it. */
export async function spoken(store: SessionStore, sessionId: string): Promise<string[]> {
  const state = await store.load(sessionId);
  return threadMessages(state.history.get('Front')).map(({ content }) => content);
}
