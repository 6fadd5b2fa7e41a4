import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { Op } from '../../src/store/ops';
import type { SessionStore } from '../../src/store/session-store';
import { Spool } from '../../src/store/spool/spool';
import { SpoolMetrics } from '../../src/store/spool/spool-metrics';
import { SpoolReplay } from '../../src/store/spool/spool-replay';
import { SpoolingSessionStore } from '../../src/store/spool/spooling-session-store';

export const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });

export function spoolFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'parley-spool-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A store behind a spool, as the container makes it, but that replays only when it is told to. */
export async function openSpooling(inner: SessionStore, folder: string, maxBytes = 1024 * 1024) {
  const registry = new Registry();
  const spool = await Spool.open({ folder, maxBytes });
  const replay = new SpoolReplay(spool, inner, new SpoolMetrics(registry, spool));
  return { spool, replay, registry, store: new SpoolingSessionStore(inner, spool) };
}

/** What a session's thread holds, in order. */
export async function said(store: SessionStore, sessionId: string): Promise<string[]> {
  const { messages } = await store.readHistory(sessionId, 'a', -1, 500);
  return messages.map(({ content }) => content);
}
