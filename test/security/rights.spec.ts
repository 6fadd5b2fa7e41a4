import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tracked } from '../support/tracked-child';
import { until } from '../support/until';

const ROOT = join(__dirname, '../..');
/** Of the flags of an open file (octal in /proc): for reading alone. */
const READ_ONLY = 0;
const ACCESS_MODE = 0o3;
/** What root can do that others cannot: none of it is left to the process. */
const WITHOUT_RIGHTS =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'] : [];

/** Files of the tree with what changes when one is written. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 'gone'}`);
}

/** Regular files that a process could write to. */
function writableFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${fd}`);
      const flags = /flags:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
      return path.startsWith('/') && (parseInt(flags, 8) & ACCESS_MODE) !== READ_ONLY ? [path] : [];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
}

describe('the process', () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'parley-rights-')));
  const [data, home, work, temporary, compiler] = ['data', 'home', 'work', 'tmp', 'compiler'].map((name) =>
    join(base, name),
  ) as [string, string, string, string, string];
  const readOnly = [home, work, temporary];
  let service: ChildProcess;
  let url: string;
  /** Databases of other specs that this process has had: their files are handed down to what it starts. */
  let handedDown: readonly string[];

  beforeAll(async () => {
    handedDown = writableFiles(process.pid);
    mkdirSync(data);
    mkdirSync(compiler, { mode: 0o700 });
    for (const folder of readOnly) {
      mkdirSync(folder);
      chmodSync(folder, 0o555);
    }
    const settings = {
      PORT: '0',
      DATA_DIR: data,
      AGENTS_DIR: join(ROOT, 'config/agents'),
      PROFILES_FILE: join(ROOT, 'config/profiles/customers.yaml'),
      SESSION_AGENT_OVERRIDES_ENABLED: 'true',
    };
    const { PATH = '' } = process.env;
    // What runs TypeScript here is not part of the service, and keeps its own files.
    const env = { PATH, HOME: home, TMPDIR: temporary, SWC_NATIVE_BINDING_CACHE: compiler, ...settings };
    const node = [process.execPath, '-r', join(ROOT, 'test/support/register.cjs'), join(ROOT, 'src/main.ts')];
    const [command = '', ...args] = [...WITHOUT_RIGHTS, ...node];
    service = tracked(spawn(command, args, { cwd: work, env }));
    let output = '';
    for (const stream of [service.stdout, service.stderr])
      stream?.on('data', (text: Buffer) => (output += text.toString()));
    await until(() => {
      if (service.exitCode !== null) throw new Error(output);
      return output.includes('API keys');
    }, 30_000);
    url = /address +(\S+)/.exec(output)?.[1] ?? '';
  }, 40_000);
  afterAll(async () => {
    service.kill();
    if (service.exitCode === null) await once(service, 'exit');
    for (const folder of readOnly) chmodSync(folder, 0o755);
    rmSync(base, { recursive: true, force: true });
  });

  it('has no rights beyond its own files, and serves', async () => {
    const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
    expect(/CapEff:\s+(\S+)/.exec(status)?.[1]).toMatch(/^0+$/);
    const post = (path: string, json: object) =>
      fetch(url + path, {
        method: 'POST',
        body: JSON.stringify(json),
        headers: { 'content-type': 'application/json' },
      });
    expect((await post('/v1/sessions', { sessionId: 'a', email: 'jane.doe@email.com' })).status).toBe(201);
    const op = { op: 'append', agent: 'Concierge', role: 'user', content: 'hello' };
    expect((await post('/v1/sessions/a/ops', { ops: [op] })).status).toBe(200);
    // A template is rendered in a thread of its own.
    expect((await fetch(`${url}/v1/sessions/a/agents/Concierge?render=true`)).status).toBe(200);
    expect((await post('/v1/sessions/a/turns', { transcript: 'What is my balance?' })).status).toBe(200);
  });

  it('has files open for writing in its data folder alone', () => {
    const files = writableFiles(service.pid as number).filter(
      (path) => !/^\/(?:dev|proc)\//.test(path) && !handedDown.includes(path),
    );
    expect(files.filter((path) => !path.startsWith(data))).toEqual([]);
    expect(files).not.toEqual([]);
  });

  it('has written nothing into its working folder, its home and where temporary files go', () => {
    expect(readOnly.flatMap(filesBelow)).toEqual([]);
    expect(filesBelow(data)).not.toEqual([]);
  });
});
