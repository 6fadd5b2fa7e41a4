// The tests run against a real redis-server. Where there is none, this installs it with the system's package manager.
import { spawnSync } from 'node:child_process';

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

const MANAGERS = [
  {
    name: 'apt-get',
    steps: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', 'redis-server'],
    ],
  },
  { name: 'dnf', steps: [['dnf', 'install', '-y', '-q', 'redis']] },
  { name: 'apk', steps: [['apk', 'add', '--quiet', 'redis']] },
  { name: 'brew', steps: [['brew', 'install', '--quiet', 'redis']], withoutRoot: true },
];

function fail(why) {
  console.error(`The tests need redis-server, and ${why}: install it, or set TEST_REDIS_URL to a Redis for tests.`);
  process.exit(1);
}

function prefixFor(manager) {
  if (manager.withoutRoot || process.getuid?.() === 0) return [];
  if (has('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n'];
  return fail('it cannot be installed without root or sudo');
}

if (!process.env.TEST_REDIS_URL && !has('redis-server')) {
  const manager = MANAGERS.find(({ name }) => has(name)) ?? fail('there is no package manager to install it with');
  const prefix = prefixFor(manager);
  console.log(`redis-server is not on the PATH: installing it with ${[...prefix, manager.name].join(' ')}.`);
  for (const step of manager.steps) {
    const [command, ...args] = [...prefix, ...step];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (status !== 0) fail(`"${step.join(' ')}" failed`);
  }
  if (!has('redis-server')) fail('its package brought no redis-server');
}
