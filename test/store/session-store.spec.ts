import { describeSessionStore } from '../contract/session-store.contract';
import { embeddedHarness } from './embedded.harness';
import { redisHarness } from './redis.harness';

describeSessionStore('the embedded store', () => embeddedHarness());
describeSessionStore('the Redis store', () => redisHarness());
