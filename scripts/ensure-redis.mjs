// The tests run against a real redis-server.
import { ensureProgram } from './ensure-program.mjs';

if (!process.env.TEST_REDIS_URL) {
  ensureProgram({
    program: 'redis-server',
    commands: ['redis-server'],
    packages: { 'apt-get': 'redis-server', dnf: 'redis', apk: 'redis', brew: 'redis' },
    otherwise: 'set TEST_REDIS_URL to a Redis for tests',
  });
}
