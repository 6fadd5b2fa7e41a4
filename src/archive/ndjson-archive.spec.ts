import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManualClock } from '../../test/support/manual-clock';
import { isParleyError } from '../common/parley-error';
import { NdjsonArchive } from './ndjson-archive';

describe('NdjsonArchive', () => {
  let folder: string;
  const clock = new ManualClock(Date.parse('2026-11-24T23:59:59.500Z'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-archive-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const linesOf = (day: string) => readFileSync(join(folder, `sessions-${day}.ndjson`), 'utf8').split('\n');

  it('makes its folder, and writes a file a day that its owner alone can read', async () => {
    const deep = join(folder, 'a/b');
    const archive = await NdjsonArchive.open(deep, clock);
    await archive.append('{"n":1}');
    clock.advance(1);
    await archive.append('{"n":2}');
    expect(readdirSync(deep)).toEqual(['sessions-2026-11-24.ndjson', 'sessions-2026-11-25.ndjson']);
    expect(readFileSync(join(deep, 'sessions-2026-11-24.ndjson'), 'utf8')).toBe('{"n":1}\n');
    expect(statSync(join(deep, 'sessions-2026-11-25.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('writes what arrives at once whole and in its order', async () => {
    const archive = await NdjsonArchive.open(folder, clock);
    const lines = Array.from({ length: 200 }, (_, n) => JSON.stringify({ n, text: 'x'.repeat(n * 50) }));
    await Promise.all(lines.map((line) => archive.append(line)));
    expect(linesOf('2026-11-25')).toEqual([...lines, '']);
  });

  it('shares a file with other processes', async () => {
    const archive = await NdjsonArchive.open(folder, clock);
    const file = join(folder, 'sessions-2026-11-25.ndjson');
    const other = `const fs = require('fs'); const fd = fs.openSync(${JSON.stringify(file)}, 'a');
      for (let n = 0; n < 300; n++) fs.writeSync(fd, JSON.stringify({ other: n, text: 'y'.repeat(n * 30) }) + '\\n');`;
    const child = spawn(process.execPath, ['-e', other]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for (let n = 0; n < 50; n++) await archive.append(JSON.stringify({ n, text: 'x'.repeat(n * 200) }));
    await ended;
    const records = linesOf('2026-11-25')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { n?: number });
    expect(records).toHaveLength(350);
    expect(records.flatMap(({ n }) => n ?? [])).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('waits for a line that another process is in the middle of', async () => {
    const file = join(folder, 'sessions-2026-11-25.ndjson');
    appendFileSync(file, '{"half":');
    const archive = await NdjsonArchive.open(folder, clock);
    const appended = archive.append('{"n":1}');
    await sleep(20);
    appendFileSync(file, '"whole"}\n');
    await appended;
    expect(linesOf('2026-11-25')).toEqual(['{"half":"whole"}', '{"n":1}', '']);
  });

  it('closes a line that a crash has left torn before it writes the next', async () => {
    const archive = await NdjsonArchive.open(folder, clock);
    appendFileSync(join(folder, 'sessions-2026-11-25.ndjson'), '{"n":1}\n{"n":');
    await Promise.all([archive.append('{"n":2}'), archive.append('{"n":3}')]);
    expect(linesOf('2026-11-25')).toEqual(['{"n":1}', '{"n":', '{"n":2}', '{"n":3}', '']);
  });

  it('says when it cannot be written, and writes again when it can', async () => {
    const archive = await NdjsonArchive.open(folder, clock);
    mkdirSync(join(folder, 'sessions-2026-11-25.ndjson'));
    const error: unknown = await archive.append('{"secret":1}').catch((reason: unknown) => reason);
    expect(isParleyError(error, 'archive_unavailable')).toBe(true);
    expect(String(error)).toContain('EISDIR');
    expect(String(error)).not.toContain('secret');
    rmSync(join(folder, 'sessions-2026-11-25.ndjson'), { recursive: true });
    await archive.append('{"n":2}');
    expect(linesOf('2026-11-25')).toEqual(['{"n":2}', '']);
  });

  it('stops the start where the folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const error: unknown = await NdjsonArchive.open(join(folder, 'file/below'), clock).catch(
      (reason: unknown) => reason,
    );
    expect(isParleyError(error, 'config_invalid')).toBe(true);
    expect(String(error)).toContain('ENOTDIR');
  });
});
