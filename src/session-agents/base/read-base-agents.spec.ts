import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isParleyError } from '../../common/parley-error';
import { readConfig } from '../../config/parley-config';
import type { BaseAgents } from './base-agents';
import { readBaseAgents } from './read-base-agents';

const LIMITS = readConfig({}).templates;
const FRONT = 'name: Front\nhandoff: { trigger: handoff_front, isEntryPoint: true }\n';
const FRAUD = 'name: Fraud\nhandoff: { trigger: handoff_fraud }\ntools: [block_card, handoff_front]\n';

describe('the folder of base agents', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-agents-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  };
  const good = (files: Record<string, string> = {}) => {
    write({
      'front/agent.yaml': FRONT,
      'front/prompt.liquid': 'You are {{ agent_name }}.',
      'fraud/agent.yaml': FRAUD,
      'fraud/prompt.liquid': 'Be careful.',
      ...files,
    });
    return readBaseAgents(folder, LIMITS);
  };
  /** Places at fault with what is wrong there. */
  const faults = async (reading: Promise<BaseAgents>): Promise<[string, string][]> => {
    const error: unknown = await reading.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isParleyError(error, 'agents_invalid')) throw error;
    for (const { path, message } of error.errors ?? [])
      expect(error.message).toContain(`${path}${path && ': '}${message}`);
    return (error.errors ?? []).map(({ path, message }) => [path, message]);
  };
  const places = async (reading: Promise<BaseAgents>) => (await faults(reading)).map(([path]) => path);

  it('gives its agents in the order of the folders, found without regard to case', async () => {
    const base = await good();
    expect(base.names()).toEqual(['Fraud', 'Front']);
    expect(base.get('fRAUD')).toBe(base.get('Fraud'));
    expect(base.get('Nobody')).toBeUndefined();
    expect(base.get('__proto__')).toBeUndefined();
    expect(base.entryPoint.name).toBe('Front');
    expect([...base.handoffs]).toEqual([
      ['handoff_fraud', 'Fraud'],
      ['handoff_front', 'Front'],
    ]);
    expect([...base.tools].sort()).toEqual(['block_card', 'handoff_fraud', 'handoff_front']);
  });

  it('merges the defaults deeply under each agent', async () => {
    const base = await good({
      '_defaults.yaml': 'model: { deployment: large, temperature: 0.5, extra: { a: 1, b: 2 } }\nvoice: { name: ava }\n',
      'fraud/agent.yaml': `${FRAUD}model: { temperature: 0.1, extra: { b: 3 } }\nliveModel: { deployment: live }\n`,
    });
    expect(base.get('Fraud')?.model).toEqual({ deployment: 'large', temperature: 0.1, extra: { a: 1, b: 3 } });
    expect(base.get('Fraud')?.liveModel).toEqual({ deployment: 'live' });
    expect(base.get('Fraud')?.cascadeModel).toBeNull();
    expect(base.get('Front')?.model).toEqual({ deployment: 'large', temperature: 0.5, extra: { a: 1, b: 2 } });
    expect(base.ownFields('fraud')['model']).toEqual({ temperature: 0.1, extra: { b: 3 } });
    expect(base.ownFields('front')).not.toHaveProperty('model');
  });

  it('gives agents that nobody can change', async () => {
    const agent = (await good()).get('Fraud');
    expect(() => ((agent as { prompt: string }).prompt = 'x')).toThrow(TypeError);
    expect(() => (agent?.tools as string[]).push('x')).toThrow(TypeError);
    expect(() => ((agent?.handoff as { trigger: string }).trigger = 'x')).toThrow(TypeError);
  });

  it('says all that is wrong in all files at once, with file and place', async () => {
    const found = await places(
      good({
        'front/agent.yaml': `${FRONT}model: { temperature: 9, topP: two, maxTokens: 0 }\ncolour: red\n`,
        'fraud/agent.yaml':
          `${FRAUD}voice: { rate: very fast, loud: true }\nspeech: { languages: [english!] }\ntools: [a b]\n`.replace(
            'tools: [block_card, handoff_front]\n',
            '',
          ),
        'fraud/prompt.liquid': 'line one\n{{ x | nope }}\n',
      }),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        'front/agent.yaml#/model/temperature',
        'front/agent.yaml#/model/topP',
        'front/agent.yaml#/model/maxTokens',
        'front/agent.yaml#/colour',
        'fraud/agent.yaml#/voice/rate',
        'fraud/agent.yaml#/voice/loud',
        'fraud/agent.yaml#/speech/languages',
        'fraud/agent.yaml#/tools',
        'fraud/prompt.liquid',
      ]),
    );
  });

  it('says of a fault of the defaults that it is theirs', async () => {
    const found = await places(good({ '_defaults.yaml': 'model: { temperature: -1 }\n' }));
    expect(new Set(found)).toEqual(new Set(['_defaults.yaml#/model/temperature']));
  });

  it('gives line and column of a template that does not parse, in prompts and greetings', async () => {
    const found = await faults(
      good({
        'front/prompt.liquid': 'one\ntwo {% if %}\n',
        'fraud/agent.yaml': `${FRAUD}greeting: "{{ name | nope }}"\nreturnGreeting: "{% for %}"\n`,
      }),
    );
    expect(found.map(([path]) => path)).toEqual([
      'fraud/agent.yaml#/greeting',
      'fraud/agent.yaml#/returnGreeting',
      'front/prompt.liquid',
    ]);
    for (const [, message] of found) expect(message).toMatch(/^line \d+, column \d+: /);
    expect(found[2]?.[1]).toMatch(/^line 2/);
  });

  it.each<[string, Record<string, string>, string]>([
    ['broken YAML', { 'fraud/agent.yaml': 'name: [' }, 'fraud/agent.yaml'],
    ['a list in place of fields', { 'fraud/agent.yaml': '- name' }, 'fraud/agent.yaml'],
    ['a key twice', { 'fraud/agent.yaml': `${FRAUD}name: Again\n` }, 'fraud/agent.yaml'],
    ['broken defaults', { '_defaults.yaml': '{' }, '_defaults.yaml'],
    [
      'a name twice, in another case',
      { 'b/agent.yaml': 'name: FRAUD', 'b/prompt.liquid': 'x' },
      'fraud/agent.yaml#/name',
    ],
    [
      'a trigger twice',
      { 'b/agent.yaml': 'name: B\nhandoff: { trigger: handoff_fraud }', 'b/prompt.liquid': 'x' },
      'fraud/agent.yaml#/handoff/trigger',
    ],
    [
      'two entry points',
      { 'b/agent.yaml': 'name: B\nhandoff: { isEntryPoint: true }', 'b/prompt.liquid': 'x' },
      'front/agent.yaml#/handoff/isEntryPoint',
    ],
    ['no entry point', { 'front/agent.yaml': 'name: Front' }, ''],
    ['a missing prompt', { 'b/agent.yaml': 'name: B' }, 'b/prompt.liquid'],
    ['a missing agent file', { 'b/prompt.liquid': 'x' }, 'b/agent.yaml'],
    ['no name', { 'b/agent.yaml': '{}', 'b/prompt.liquid': 'x' }, 'b/agent.yaml#/name'],
    [
      'an unknown field called constructor',
      { 'fraud/agent.yaml': `${FRAUD}constructor: 1\n` },
      'fraud/agent.yaml#/constructor',
    ],
    ['an unknown handoff field', { 'fraud/agent.yaml': 'name: F\nhandoff: { to: x }' }, 'fraud/agent.yaml#/handoff/to'],
    [
      'a wrong trigger',
      { 'fraud/agent.yaml': 'name: F\nhandoff: { trigger: "a b" }' },
      'fraud/agent.yaml#/handoff/trigger',
    ],
  ])('is refused with %s', async (_what, files, place) => {
    expect(await places(good(files))).toEqual([place]);
  });

  it('is refused where it is missing or holds no agent', async () => {
    expect(await faults(readBaseAgents(join(folder, 'nowhere'), LIMITS))).toEqual([['', 'cannot be read (ENOENT)']]);
    expect(await faults(readBaseAgents(folder, LIMITS))).toEqual(
      expect.arrayContaining([['', 'has no folder of an agent']]),
    );
  });

  it('says of those that can be read what is wrong beside each other, whatever else cannot', async () => {
    const found = await places(
      good({
        'b/agent.yaml': 'name: fraud\nhandoff: { trigger: handoff_front, isEntryPoint: true }',
        'b/prompt.liquid': 'x',
        'c/agent.yaml': 'name: [',
        'c/prompt.liquid': 'x',
      }),
    );
    expect(found.sort()).toEqual([
      'c/agent.yaml',
      'fraud/agent.yaml#/name',
      'front/agent.yaml#/handoff/isEntryPoint',
      'front/agent.yaml#/handoff/trigger',
    ]);
  });

  it('does not miss an entry point that may be in a file that cannot be read', async () => {
    expect(await places(good({ 'front/agent.yaml': 'name: [' }))).toEqual(['front/agent.yaml']);
  });

  it('is refused with texts that no session could use', async () => {
    const found = await places(
      good({
        'fraud/agent.yaml': `${FRAUD}description: ${'x'.repeat(4 * 1024 + 1)}\nreturnGreeting: ${'x'.repeat(32 * 1024 + 1)}`,
      }),
    );
    expect(found).toEqual(['fraud/agent.yaml#/description', 'fraud/agent.yaml#/returnGreeting']);
  });

  it('may hold other files, which are not looked at', async () => {
    const base = await good({ 'README.md': '{{', '.git/x': '{{', 'fraud/notes.txt': '{{' });
    expect(base.names()).toEqual(['Fraud', 'Front']);
  });
});
