import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nowSeconds } from '../../src/common/clock';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import type { StoreHarness } from '../contract/session-store.contract';
import type { SharedStorePair } from '../contract/shared-store.contract';
import { ManualClock } from '../support/manual-clock';

/** The embedded store on a folder of its own. There is no second process: its peer is itself. */
export async function embeddedHarness(keepsRuns = false): Promise<StoreHarness & { readonly shared: SharedStorePair }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  const clock = new ManualClock();
  const store = await EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200, keepsRuns }, clock);
  return {
    store,
    peer: store,
    shared: { store: store.shared, peer: store.shared },
    advance: async (seconds) => clock.advance(seconds),
    now: () => nowSeconds(clock),
    writeLegacy: (sessionId, fields) => store.importLegacy(sessionId, fields),
    corrupt: (sessionId, field, text) => store.putField(sessionId, field, text),
    writeLayout: (sessionId, version) => store.putLayout(sessionId, version),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
