import { describeDamagedSessions } from '../contract/damaged-sessions.contract';
import { embeddedHarness } from './embedded.harness';
import { redisHarness } from './redis.harness';

describeDamagedSessions('the embedded store', embeddedHarness);
describeDamagedSessions('the Redis store', redisHarness);
