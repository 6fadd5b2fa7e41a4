import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCalls } from './call-file';
import { UsageError } from './usage-error';

const user = { role: 'user', agent: 'A', text: 'private words', slots: { city: 'Oslo' } };
const reply = { role: 'assistant', agent: 'A', text: 'ok', toolCalls: [{ tool: 'T', parameters: {}, results: [] }] };
const call = (callId: string, ...turns: unknown[]) => ({ callId, agents: ['A'], turns });

describe('readCalls', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-calls-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const fileOf = (...lines: unknown[]): string => {
    const file = join(folder, 'calls.ndjson');
    writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
    return file;
  };
  const fault = async (file: string, limit?: number): Promise<string> => {
    const error = await readCalls(file, limit).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message.replace(`${folder}/`, '');
  };

  it('reads the sample of real calls', async () => {
    const calls = await readCalls('test/fixtures/calls.sample.ndjson');
    expect(calls).toHaveLength(10);
    expect(new Set(calls.map(({ agents }) => agents.length))).toEqual(new Set([1, 2, 3]));
  });

  it('reads calls as they are, and passes over empty lines and a byte order mark', async () => {
    const file = fileOf(`\uFEFF${JSON.stringify(call('1', user, reply))}\r`, '', call('2', reply), '');
    expect(await readCalls(file)).toEqual([call('1', user, reply), call('2', reply)]);
  });

  it('reads no further than the limit', async () => {
    expect(await readCalls(fileOf(call('1', user), call('2', user), 'nonsense'), 2)).toHaveLength(2);
  });

  it('names a file that cannot be read', async () => {
    expect(await fault(join(folder, 'none'))).toBe('none cannot be read (ENOENT)');
    expect(await fault(folder)).toMatch(/cannot be read \(EISDIR\)$/);
  });

  it('refuses a file without calls', async () => {
    expect(await fault(fileOf('', '  '))).toBe('calls.ndjson holds no calls');
  });

  it('names the line that is not JSON, empty lines counted', async () => {
    const said = await fault(fileOf(call('1', user), '', '{"callId": private words'));
    expect(said).toBe('calls.ndjson, line 3 is not JSON');
  });

  it.each([
    ['a line that is no object', ['not', 'an object'], 'must be object'],
    ['a call without turns', { callId: '1', agents: ['A'] }, '/turns is required'],
    ['no turns at all', call('1'), '/turns must NOT have fewer than 1 items'],
    ['an unknown field', { ...call('1', user), note: 1 }, '/note is not a known field'],
    ['an unknown role', call('1', user, { ...user, role: 'caller' }), '/turns/1/role must be user or assistant'],
    ['a turn without a role', call('1', { agent: 'A' }), '/turns/0/role is required'],
    ['a text of another type', call('1', { ...user, text: 7 }), '/turns/0/text must be string'],
    ['a text no message can hold', call('1', { ...user, text: 'é'.repeat(33_000) }), '/turns/0/text must be at most'],
    ['slots on a reply', call('1', { ...reply, slots: {} }), '/turns/0/slots is not a known field'],
    ['tools on a user turn', call('1', { ...user, toolCalls: [] }), '/turns/0/toolCalls is not a known field'],
    [
      'a nameless tool',
      call('1', { ...reply, toolCalls: [{ parameters: {} }] }),
      '/turns/0/toolCalls/0/tool is required',
    ],
    ['a name that is none', call('1', { ...user, agent: 'a\nb' }), '/turns/0/agent must be 1 to 256 characters'],
    ['an agent the call does not list', call('1', { ...user, agent: 'B' }), "/turns/0/agent is none of the call's"],
  ])('refuses %s, and names line and place', async (_title, line, said) => {
    const message = await fault(fileOf(call('0', user), line));
    expect(message).toMatch(/^calls\.ndjson, line 2: /);
    expect(message).toContain(said);
    expect(message).not.toContain('private words');
  });

  it('refuses two calls of one name', async () => {
    expect(await fault(fileOf(call('1', user), call('1', user)))).toBe(
      'calls.ndjson, line 2: /callId is the same as on line 1',
    );
  });

  it('refuses what nests too deep for a session', async () => {
    const deep = `{"callId":"1","agents":["A"],"turns":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(await fault(fileOf(deep))).toBe('calls.ndjson, line 1: nests deeper than 64 levels');
  });
});
