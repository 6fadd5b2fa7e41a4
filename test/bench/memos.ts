import { Registry } from 'prom-client';
import { systemClock } from '../../src/common/clock';
import { exponentialBackoff, type MemoManager, MemoService, PersistMonitor } from '../../src/memo';
import { OwnStages } from '../../src/store/own-stages';
import type { SessionStore } from '../../src/store/session-store';
import { WORDS } from './turn';

/** The memos of this process, with bounds that no bench comes near. */
export function memosOf(store: SessionStore): MemoService {
  const options = {
    pendingMaxBytes: 1e9,
    sessionPendingMaxBytes: 1e9,
    shutdownTimeoutMs: 30_000,
    backoff: exponentialBackoff,
  };
  return new MemoService(store, systemClock, options, new PersistMonitor(new Registry()), new OwnStages());
}

/** The bench's turn as a runtime plays it; written behind its back. */
export function playTurn(memo: MemoManager, turn: number): void {
  memo.appendToHistory('Concierge', turn % 2 === 0 ? 'user' : 'assistant', WORDS);
  memo.updateSlots({ account_type: 'savings', last_turn: `turn ${turn}` });
  memo.recordLatency('stt', 0.18);
  memo.recordLatency('llm_ttft', 0.42);
  memo.recordLatency('tts_ttfb', 0.11);
  memo.persistBackground();
}
