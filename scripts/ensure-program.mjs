// Where a program that the tests need is missing, this installs it with the system's package manager.
import { spawnSync } from 'node:child_process';

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** How each manager installs a package. Homebrew wants no root. */
const MANAGERS = [
  {
    name: 'apt-get',
    steps: (name) => [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', name],
    ],
  },
  { name: 'dnf', steps: (name) => [['dnf', 'install', '-y', '-q', name]] },
  { name: 'apk', steps: (name) => [['apk', 'add', '--quiet', name]] },
  { name: 'brew', steps: (name) => [['brew', 'install', '--quiet', name]], withoutRoot: true },
];

/**
 * Ends the process, with one sentence that says why, where the program is neither there nor can be installed.
 * `commands`: names of the program, any of which will do; `packages`: the name of its package with each manager;
 * `otherwise`: what a person can do instead.
 */
export function ensureProgram({ program, commands, packages, otherwise }) {
  if (commands.some(has)) return;
  const fail = (why) => {
    console.error(`The tests need ${program}, and ${why}: install it, or ${otherwise}.`);
    process.exit(1);
  };
  const manager =
    MANAGERS.find(({ name }) => packages[name] && has(name)) ?? fail('there is no package manager to install it with');
  const prefix = prefixFor(manager, fail);
  console.log(`${program} is not on the PATH: installing it with ${[...prefix, manager.name].join(' ')}.`);
  for (const step of manager.steps(packages[manager.name])) {
    const [command, ...args] = [...prefix, ...step];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (status !== 0) fail(`"${step.join(' ')}" failed`);
  }
  if (!commands.some(has)) fail(`its package brought no ${commands[0]}`);
}

function prefixFor(manager, fail) {
  if (manager.withoutRoot || process.getuid?.() === 0) return [];
  if (has('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n'];
  return fail('it cannot be installed without root or sudo');
}
