import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { runReplay } from '../../src/replay/replay';
import { ServiceProcess } from '../support/service-process';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

const SAMPLE = 'test/fixtures/calls.sample.ndjson';
const CALLS = 50;

/** The sample's calls under other ids, until there are enough. */
function manyCalls(): string {
  const calls = readFileSync(SAMPLE, 'utf8').trim().split('\n');
  const named = Array.from({ length: CALLS }, (_, index) => {
    const call = JSON.parse(calls[index % calls.length] ?? '') as object;
    return JSON.stringify({ ...call, callId: `call-${index}` });
  });
  return `${named.join('\n')}\n`;
}

/** The service on one port and one store, however often it is killed. */
class MortalService {
  private constructor(
    private process: ServiceProcess,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<MortalService> {
    return new MortalService(await started({ PORT: '0', ...environment }), environment);
  }

  get url(): string {
    return this.process.url;
  }

  async killAndRestart(): Promise<void> {
    const { port } = new URL(this.url);
    await this.process.stop('SIGKILL');
    this.process = await started({ ...this.environment, PORT: port });
  }

  async stop(): Promise<void> {
    await this.process.stop('SIGKILL');
  }
}

async function started(environment: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const process = ServiceProcess.run('src/main.ts', { HOST: '127.0.0.1', ...environment });
  await process.says(/API keys/);
  return process;
}

/** What a replay prints, and when. */
class Printed extends PassThrough {
  text = '';
  private readonly marks = new Map<string, () => void>();

  constructor() {
    super();
    this.on('data', (data: Buffer) => {
      this.text += data.toString();
      for (const [mark, act] of this.marks) if (this.text.includes(mark) && this.marks.delete(mark)) act();
    });
  }

  when(mark: string, act: () => void): void {
    this.marks.set(mark, act);
  }
}

describe.each(['embedded', 'redis'])('a replay of 50 calls over the live channel, on the %s store', (store) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-kill-'));
  const file = join(folder, 'calls.ndjson');
  const prefix = uniquePrefix();
  let service: MortalService;

  beforeAll(async () => {
    writeFileSync(file, manyCalls());
    const data = { STORE: store, REDIS_URL: store === 'redis' ? testRedisUrl() : '', KEY_PREFIX: prefix };
    service = await MortalService.start({ ...data, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
    const redis = new Redis(testRedisUrl());
    await removeKeys(redis, prefix);
    redis.disconnect();
  });

  it('has no difference though the service is killed and started again twice', async () => {
    const output = new Printed();
    const kills: Promise<void>[] = [];
    for (const mark of ['(20 %)', '(60 %)']) output.when(mark, () => void kills.push(service.killAndRestart()));
    const args = [file, '--url', service.url, '--live', '--concurrency', String(CALLS)];
    const signal = new AbortController().signal;
    const code = await runReplay(args, { environment: {}, output, errors: output, signal });
    await Promise.all(kills);
    expect(kills).toHaveLength(2);
    const [calls, turns, , , , , , retries, differences] =
      /│ +50 [^\n]*/
        .exec(output.text)?.[0]
        .match(/[\d.]+/g)
        ?.map(Number) ?? [];
    expect({ code, calls, turns, differences }).toEqual({ code: 0, calls: CALLS, turns: 830, differences: 0 });
    expect(retries).toBeGreaterThan(0);
  }, 120_000);
});
