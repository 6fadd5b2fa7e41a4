import 'reflect-metadata';

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ParleyError } from '../common/parley-error';
import { MockProfileProvider } from './mock-profile-provider';
import { readProfilesFile } from './profiles-file';

const ADA = {
  full_name: 'Ada Example',
  client_id: 'CLT-1',
  email: 'ada@example.com',
  institution_name: 'Example Bank',
  contact_info: { phone_last_4: '0042' },
  customer_intelligence: { anything: [{ goes: null }], constructor: 'kept' },
};

describe('readProfilesFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-profiles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function fileOf(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  }

  async function failureOf(file: string): Promise<ParleyError> {
    const error: unknown = await readProfilesFile(file).catch((reason: unknown) => reason);
    if (!(error instanceof ParleyError)) throw new Error('a ParleyError was expected');
    expect(error.code).toBe('profiles_invalid');
    expect(error.message).toContain(file);
    return error;
  }

  it('reads JSON, indented by blanks or tabs, and keeps what intelligence holds', async () => {
    const file = await fileOf('a.json', JSON.stringify([ADA], null, '\t'));
    expect(await readProfilesFile(file)).toEqual([ADA]);
    expect(await readProfilesFile(await fileOf('b.json', JSON.stringify([ADA])))).toEqual([ADA]);
  });

  it('reads YAML and trims the keys and names', async () => {
    const text = `
- full_name: ' Ada Example '
  client_id: ' CLT-1'
  email: 'ada@example.com '
  institution_name: Example Bank
  contact_info: { phone_last_4: '0042', preferred_channel: email }
  customer_intelligence: { since: 2020-01-02 }
`;
    expect(await readProfilesFile(await fileOf('c.yaml', text))).toEqual([
      {
        ...ADA,
        contact_info: { phone_last_4: '0042', preferred_channel: 'email' },
        customer_intelligence: { since: '2020-01-02' },
      },
    ]);
  });

  it('reports all faults of all entries at once, without values', async () => {
    const secret = 'ada-at-example';
    const entries = [
      { ...ADA, email: secret },
      'not an object',
      { ...ADA, client_id: undefined, contact_info: { phone_last_4: 42, fax: '1' }, nickname: secret },
      { ...ADA, full_name: '  ', customer_intelligence: [] },
      { ...ADA, contact_info: undefined },
      { ...ADA, contact_info: { phone_last_4: '0042', preferred_channel: null } },
    ];
    const error = await failureOf(await fileOf('d.json', JSON.stringify(entries)));
    expect(new Set(error.errors?.map(({ path }) => path))).toEqual(
      new Set([
        '/0/email',
        '/1',
        '/2/client_id',
        '/2/contact_info/phone_last_4',
        '/2/contact_info/fax',
        '/2/nickname',
        '/3/full_name',
        '/3/customer_intelligence',
        '/4/contact_info',
        '/5/contact_info/preferred_channel',
      ]),
    );
    expect(error.message).toContain('/2/contact_info/phone_last_4: phone_last_4 must be a string of four digits');
    expect(JSON.stringify(error.errors) + error.message).not.toContain(secret);
  });

  it.each([
    ['a mapping', 'profiles: []\n', 'must be a list of profiles'],
    ['an empty file', '', 'must be a list of profiles'],
    ['an open bracket', '[{"email": "secret"', 'is not YAML or JSON at line 1'],
    ['a duplicate key', '- email: secret\n  email: secret\n', 'at line 2, column 3 (DUPLICATE_KEY)'],
    ['an unknown alias', '- *secret\n', 'has aliases that cannot be resolved'],
  ])('refuses %s', async (name, text, message) => {
    const error = await failureOf(await fileOf(`${name}.yaml`, text));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('secret');
  });

  it('refuses an entry whose fields pose as a class', async () => {
    const posing = { constructor: 'x' };
    const entries = [
      { ...ADA, nickname: posing },
      { ...ADA, contact_info: posing },
      { ...ADA, constructor: 'x' },
    ];
    const error = await failureOf(await fileOf('f.json', JSON.stringify(entries)));
    expect(error.errors?.map(({ path }) => path)).toEqual(['/0', '/1/contact_info/phone_last_4']);
  });

  it('refuses a file that is not there', async () => {
    const error = await failureOf(join(folder, 'missing.yaml'));
    expect(error.message).toContain('cannot be read (ENOENT)');
  });

  it('lets no entry reach a prototype', async () => {
    const entry = JSON.stringify(ADA).replace('{', '{"__proto__":{"admin":true},');
    const [read] = await readProfilesFile(await fileOf('e.json', `[${entry}]`));
    expect(read).toEqual(ADA);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('reads the customers that come with the service', async () => {
    const profiles = await readProfilesFile(join(__dirname, '../../config/profiles/customers.yaml'));
    const provider = new MockProfileProvider(profiles);
    const jane = { relationship_tier: 'Gold', relationship_duration_years: 3 };
    const john = { relationship_tier: 'Platinum', relationship_duration_years: 8 };
    expect(profiles.length).toBeGreaterThanOrEqual(8);
    expect(await provider.findByEmail('John.Smith@email.com')).toMatchObject({
      client_id: 'CLT-001-JS',
      institution_name: 'Contoso Bank',
      customer_intelligence: { relationship_context: john },
    });
    expect(await provider.findByClientId('CLT-002-JD')).toMatchObject({
      full_name: 'Jane Doe',
      customer_intelligence: { relationship_context: jane },
    });
  });
});
