import { describeSharedStore } from '../contract/shared-store.contract';
import { embeddedHarness } from './embedded.harness';
import { redisHarness } from './redis.harness';

describeSharedStore('the embedded store', async () => {
  const { shared, ...rest } = await embeddedHarness();
  return { ...rest, ...shared };
});
describeSharedStore('the Redis store', async () => {
  const { shared, ...rest } = await redisHarness();
  return { ...rest, ...shared };
});
