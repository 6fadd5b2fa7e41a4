import { Logger } from '@nestjs/common';
import type { StoreHarness } from '../contract/session-store.contract';
import type { SharedStorePair } from '../contract/shared-store.contract';
import { embeddedHarness } from '../store/embedded.harness';
import { redisHarness } from '../store/redis.harness';

export type SharedHarness = StoreHarness & { readonly shared: SharedStorePair };

export interface OpenWorld<World> {
  readonly world: World;
  /** Before the store is closed. */
  close(): Promise<unknown>;
}

/** Runs the same tests on both stores, each test with a store of its own and what is built on it. */
export function describeOnBothStores<World>(
  title: string,
  open: (harness: SharedHarness) => Promise<OpenWorld<World>>,
  define: (world: () => World) => void,
): void {
  describe.each([
    ['the embedded store', embeddedHarness],
    ['Redis', redisHarness],
  ] as const)(`${title}, on %s`, (_store, openStore) => {
    let opened: OpenWorld<World>;
    let close: () => Promise<void>;
    // Tests of failures say more than anybody wants to read.
    beforeAll(() => void Logger.overrideLogger(false));
    beforeEach(async () => {
      const harness = await openStore();
      opened = await open(harness);
      close = async () => {
        await opened.close();
        await harness.close();
      };
    });
    afterEach(() => close());
    define(() => opened.world);
  });
}
