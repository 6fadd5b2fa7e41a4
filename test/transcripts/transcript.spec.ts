import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isParleyError } from '../../src/common/parley-error';
import type { Transcript } from '../../src/transcripts';
import { parseVtt } from './parse-vtt';
import { SAMPLE_CALL } from './sample-call';
import { TranscriptApp } from './transcript-app';

const RECORD_KEYS = [
  'sessionId',
  'startedAt',
  'endedAt',
  'revision',
  'entries',
  'context',
  'slots',
  'toolOutputs',
  'latency',
];

describe.each(['embedded', 'redis'] as const)('the transcript of a call, on the %s store', (kind) => {
  let service: TranscriptApp;
  let id: string;
  beforeAll(async () => {
    service = await TranscriptApp.start(kind);
    id = await service.call(
      ...SAMPLE_CALL,
      { op: 'setSlots', slots: { mail: 'ada@mail.example' } },
      { op: 'setContext', key: 'callback', value: { number: '415-555-0132', tries: 2 } },
      { op: 'recordLatency', stage: 'llm', seconds: 0.5 },
    );
  });
  afterAll(() => service.close());

  it('is JSON, in order across agents, redacted and without prompts', async () => {
    const { status, type, text } = await service.transcript(id);
    expect([status, type]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    const { entries, ...head } = JSON.parse(text) as Transcript;
    expect(head).toEqual({ sessionId: id, startedAt: expect.any(Number) as number });
    expect(entries.map((entry) => (entry.kind === 'message' ? entry.seq : entry.kind))).toEqual([
      'handoff',
      1,
      2,
      'tool',
      'handoff',
      3,
      'interrupted',
      'resumed',
      4,
    ]);
    expect(entries[2]).toMatchObject({ role: 'user', content: 'My card [card number] & <PIN>' });
    expect(entries[5]).toMatchObject({ content: 'I see it was', generated: 'I see it was blocked today.' });
    expect((await service.transcript(id, '?format=json')).text).toBe(text);
  });

  it('has the prompts where they are asked for', async () => {
    const { text } = await service.transcript(id, '?prompts=true');
    expect((JSON.parse(text) as Transcript).entries[0]).toMatchObject({ seq: 0, content: 'You are the concierge.' });
  });

  it('is text for people', async () => {
    const { type, text } = await service.transcript(id, '?format=text');
    expect(type).toBe('text/plain; charset=utf-8');
    expect(text).toContain('\n[00:02] Caller: My card [card number] & <PIN>\n-- tool lookup_card --\n-- handoff ');
    expect(text).not.toContain('4111');
  });

  it('is WebVTT', async () => {
    const { type, text } = await service.transcript(id, '?format=vtt');
    expect(type).toBe('text/vtt; charset=utf-8');
    const { cues } = parseVtt(text);
    expect(cues.map(({ speaker }) => speaker)).toEqual(['Concierge', 'Caller', 'FraudAgent', 'Caller']);
    expect(cues[1]).toMatchObject({ start: 2, text: 'My card [card number] & <PIN>' });
  });

  it.each(['?format=pdf', '?prompts=yes', '?colour=1', '?format=json&format=vtt'])('refuses %s', async (query) => {
    const { status, text } = await service.transcript(id, query);
    expect([status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ code: 'validation_failed' })]);
  });

  it('answers 404 for a session that never was', async () => {
    const { status, text } = await service.transcript('never-opened', '?format=vtt');
    expect([status, JSON.parse(text)]).toEqual([404, expect.objectContaining({ code: 'session_not_found' })]);
  });

  it('is in the document', async () => {
    expect(await service.document()).toContain('/v1/sessions/{id}/transcript');
  });

  it('goes to the archive with all that the session held, once and redacted', async () => {
    await service.archive(id);
    await service.archive(id);
    const [file = '', ...others] = readdirSync(join(service.folder, 'archive'));
    expect([file, others]).toEqual([expect.stringMatching(/^sessions-\d{4}-\d\d-\d\d\.ndjson$/), []]);
    const [line = '', ...rest] = readFileSync(join(service.folder, 'archive', file), 'utf8').split('\n');
    expect(rest).toEqual(['']);
    const record = JSON.parse(line) as Record<string, unknown>;
    expect(Object.keys(record)).toEqual(RECORD_KEYS);
    expect(record).toMatchObject({
      sessionId: id,
      slots: { mail: '[e-mail]' },
      context: { active_agent: 'FraudAgent', callback: { number: '[phone number]', tries: 2 } },
      toolOutputs: { lookup_card: { status: 'blocked' } },
      latency: { stages: { llm: { count: 1, total: 0.5 } } },
    });
    expect(line).not.toContain('4111');
  });
});

describe('the settings of exports', () => {
  let folder: string;
  let service: TranscriptApp | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-redaction-'));
  });
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });
  afterAll(() => rm(folder, { recursive: true }));

  const contentWith = async (variables: Record<string, string>) => {
    service = await TranscriptApp.start('embedded', variables);
    const id = await service.call({ op: 'append', agent: 'A', role: 'user', content: 'ACC-123456, ada@mail.example' });
    return (await service.transcript(id, '?format=text')).text.split(': ')[1];
  };

  it('leave everything as it was said where redaction is switched off', async () => {
    expect(await contentWith({ REDACTION_ENABLED: 'false' })).toBe('ACC-123456, ada@mail.example\n');
  });

  it('add the patterns of the operator', async () => {
    const file = join(folder, 'patterns.yaml');
    writeFileSync(file, "- { name: account, pattern: 'ACC-\\d{6}' }\n");
    expect(await contentWith({ REDACTION_FILE: file })).toBe('[account], [e-mail]\n');
  });

  it('stop the start where a pattern is wrong', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, "- { name: lost, pattern: '(a+)+' }\n");
    const error: unknown = await contentWith({ REDACTION_FILE: file }).catch((reason: unknown) => reason);
    expect(isParleyError(error, 'redaction_invalid')).toBe(true);
  });

  it('keep no archive where none is asked for', async () => {
    service = await TranscriptApp.start('embedded', { ARCHIVE_DIR: '' });
    await service.archive(await service.call());
    expect(readdirSync(service.folder)).toEqual(['data']);
  });
});
