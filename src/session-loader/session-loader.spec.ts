import 'reflect-metadata';

import { Injectable, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type CustomerProfile,
  type ProfileProvider,
  SessionLoader,
  type SessionLoaderAsyncOptions,
  SessionLoaderModule,
} from '.';

const CUSTOMERS = join(__dirname, '../../config/profiles/customers.yaml');

const ADA: CustomerProfile = {
  full_name: 'Ada Example',
  client_id: 'CLT-1',
  email: 'john.smith@email.com',
  institution_name: 'Example Bank',
  contact_info: { phone_last_4: '0001' },
  customer_intelligence: { tags: ['vip'] },
};

/** Knows Ada by an e-mail that the mock knows too, and cannot look up client ids. */
@Injectable()
class DirectoryProvider implements ProfileProvider {
  readonly name = 'directory';

  findByEmail(email: string): Promise<CustomerProfile | undefined> {
    return Promise.resolve(email === ADA.email ? ADA : undefined);
  }

  findByClientId(): Promise<CustomerProfile | undefined> {
    return Promise.reject(new Error('out of order'));
  }
}

@Module({ providers: [{ provide: 'FILE', useValue: CUSTOMERS }], exports: ['FILE'] })
class SettingsModule {}

async function loaderWith(options: SessionLoaderAsyncOptions): Promise<SessionLoader> {
  const module = await Test.createTestingModule({
    imports: [SessionLoaderModule.registerAsync(options)],
  }).compile();
  return module.get(SessionLoader);
}

describe('SessionLoader', () => {
  beforeAll(() => jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined));
  afterAll(() => jest.restoreAllMocks());

  it('takes its options from the modules it imports', async () => {
    const loader = await loaderWith({
      imports: [SettingsModule],
      inject: ['FILE'],
      useFactory: (profilesFile: string) => ({ profilesFile, mockEnabled: true }),
    });
    expect((await loader.load({ email: ' JANE.DOE@email.com' }))?.client_id).toBe('CLT-002-JD');
  });

  describe('with the mock alone', () => {
    let loader: SessionLoader;
    beforeAll(async () => {
      loader = await loaderWith({ useFactory: () => ({ profilesFile: CUSTOMERS, mockEnabled: true }) });
    });

    it('looks for the e-mail first, then for the client id', async () => {
      const both = { email: 'john.smith@email.com', clientId: 'CLT-002-JD' };
      expect((await loader.load(both))?.full_name).toBe('John Smith');
      expect((await loader.load({ ...both, email: 'nobody@email.com' }))?.full_name).toBe('Jane Doe');
      expect((await loader.load({ clientId: 'CLT-001-JS' }))?.full_name).toBe('John Smith');
    });

    it('finds nobody for keys that are unknown, blank or not given', async () => {
      expect(await loader.load({ email: 'nobody@email.com', clientId: 'CLT-999' })).toBeUndefined();
      expect(await loader.load({ email: ' ', clientId: '' })).toBeUndefined();
      expect(await loader.load({})).toBeUndefined();
    });
  });

  it('asks the other providers before the mock', async () => {
    const loader = await loaderWith({
      useFactory: () => ({ profilesFile: CUSTOMERS, mockEnabled: true }),
      providers: [DirectoryProvider],
    });
    expect((await loader.load({ email: 'john.smith@email.com' }))?.full_name).toBe('Ada Example');
    expect((await loader.load({ email: 'jane.doe@email.com' }))?.full_name).toBe('Jane Doe');
    expect((await loader.load({ clientId: 'CLT-001-JS' }))?.full_name).toBe('John Smith');
  });

  it('reports a failed source only if nothing was found', async () => {
    const loader = await loaderWith({
      useFactory: () => ({ profilesFile: CUSTOMERS, mockEnabled: false }),
      providers: [DirectoryProvider],
    });
    expect(await loader.load({ email: ADA.email, clientId: 'CLT-1' })).toBe(ADA);
    await expect(loader.load({ email: 'jane.doe@email.com', clientId: 'CLT-002-JD' })).rejects.toMatchObject({
      code: 'profile_source_unavailable',
    });
  });

  it.each([
    ['is switched off', { profilesFile: 'missing.yaml', mockEnabled: false }],
    ['has no file', { profilesFile: undefined, mockEnabled: true }],
  ])('knows nobody without other providers if the mock %s', async (_, options) => {
    const loader = await loaderWith({ useFactory: () => options });
    expect(await loader.load({ email: 'john.smith@email.com' })).toBeUndefined();
  });

  it('stops the start when two profiles of the file share a key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-loader-'));
    const profilesFile = join(folder, 'twice.json');
    await writeFile(profilesFile, JSON.stringify([ADA, { ...ADA, client_id: 'CLT-2' }]));
    await expect(loaderWith({ useFactory: () => ({ profilesFile, mockEnabled: true }) })).rejects.toMatchObject({
      code: 'profiles_invalid',
      message: `The profiles file ${profilesFile} has duplicate keys: /1/email is the same as /0/email`,
    });
    await rm(folder, { recursive: true });
  });

  it('stops the start when the file cannot be read', async () => {
    await expect(
      loaderWith({ useFactory: () => ({ profilesFile: 'missing.yaml', mockEnabled: true }) }),
    ).rejects.toMatchObject({ code: 'profiles_invalid' });
  });

  it('gives the context keys that a profile fills, JSON-safe and frozen', async () => {
    const loader = await loaderWith({ useFactory: () => ({ profilesFile: undefined, mockEnabled: false }) });
    const fromDatabase = { ...ADA, _id: { toHexString: () => 'c0ffee' }, updated_at: new Date(0) };
    const context = loader.contextOf(fromDatabase);
    expect(context).toEqual({
      session_profile: { ...ADA, _id: 'c0ffee', updated_at: '1970-01-01T00:00:00.000Z' },
      client_id: 'CLT-1',
      caller_name: 'Ada Example',
      institution_name: 'Example Bank',
      customer_intelligence: { tags: ['vip'] },
    });
    expect(Object.isFrozen(context.session_profile)).toBe(true);
    expect(Object.isFrozen(ADA)).toBe(false);
  });
});
