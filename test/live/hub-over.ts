import { Registry } from 'prom-client';
import { LatencyBudgets } from '../../src/latency';
import { LiveHub } from '../../src/live/hub/live-hub';
import { LiveMetrics } from '../../src/live/live-metrics';
import { OwnStages } from '../../src/store/own-stages';
import type { SessionStore } from '../../src/store/session-store';
import type { StoreHarness } from '../contract/session-store.contract';

/** A hub of its own over a store, in the harness's time. */
export function hubOver(store: SessionStore, harness: Pick<StoreHarness, 'now'>): LiveHub {
  const clock = { nowMs: () => harness.now() * 1000, monotonicMs: () => performance.now() };
  const budgets = new LatencyBudgets({ latency: { runsEnabled: false, budgets: new Map() } });
  return new LiveHub(store, clock, new OwnStages(), new LiveMetrics(new Registry()), budgets);
}
