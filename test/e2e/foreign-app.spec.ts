import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClockModule,
  ConfigurationModule,
  type CustomerProfile,
  exponentialBackoff,
  MemoModule,
  MemoService,
  MetricsModule,
  type ProfileProvider,
  SESSION_STORE,
  SessionLoader,
  SessionLoaderModule,
  type SessionStore,
  StoreModule,
} from '../../src';

@Injectable()
class OwnProfiles implements ProfileProvider {
  readonly name = 'own';

  async findByEmail(email: string): Promise<CustomerProfile | undefined> {
    if (email !== 'ada@example.com') return undefined;
    return {
      full_name: 'Ada',
      client_id: 'A-1',
      email,
      institution_name: 'Own Bank',
      contact_info: { phone_last_4: '0000' },
      customer_intelligence: {},
    };
  }

  async findByClientId(): Promise<undefined> {
    return undefined;
  }
}

const memoModule = () =>
  MemoModule.registerAsync({
    useFactory: () => ({
      pendingMaxBytes: 1e6,
      sessionPendingMaxBytes: 1e5,
      shutdownTimeoutMs: 1000,
      backoff: exponentialBackoff,
    }),
  });

/** Another Nest application with Parley's modules in it, as the README says; the store before the memo or after it. */
function voiceRuntime(folder: string, order: 'store first' | 'memo first' = 'store first') {
  const stored = [StoreModule, memoModule()];
  @Module({
    imports: [
      ConfigurationModule.register({ STORE: 'embedded', DATA_DIR: folder }),
      ClockModule,
      MetricsModule,
      ...(order === 'store first' ? stored : stored.reverse()),
      SessionLoaderModule.registerAsync({
        useFactory: () => ({ profilesFile: undefined, mockEnabled: false }),
        providers: [OwnProfiles],
      }),
    ],
  })
  class VoiceRuntime {}
  return VoiceRuntime;
}

describe('the modules in another Nest application', () => {
  let folder: string;
  let app: INestApplicationContext;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-foreign-'));
    app = await NestFactory.createApplicationContext(voiceRuntime(folder), { logger: false });
  });
  afterEach(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keep a session in memory and write it behind', async () => {
    const memos = app.get(MemoService);
    const memo = await memos.open('call-1', 600);
    memo.appendToHistory('Concierge', 'user', 'hello');
    memo.updateSlots({ account: 'savings' });
    await memo.persist();
    const state = await app.get<SessionStore>(SESSION_STORE).load('call-1');
    expect(state.history.get('Concierge')?.messages).toMatchObject([{ seq: 1, content: 'hello' }]);
    expect(state.slots.get('account')).toBe('savings');
    await memos.release(memo);
  });

  it.each(['store first', 'memo first'] as const)(
    'write what is pending when the application closes, imported with the %s',
    async (order) => {
      await app.close();
      const runtime = voiceRuntime(folder, order);
      app = await NestFactory.createApplicationContext(runtime, { logger: false });
      const memo = await app.get(MemoService).open('call-2', 600);
      memo.setContext('last', 'words');
      await app.close();
      app = await NestFactory.createApplicationContext(runtime, { logger: false });
      expect(await app.get<SessionStore>(SESSION_STORE).readContext('call-2', 'last')).toBe('words');
    },
  );

  it("ask the application's own profiles", async () => {
    const loader = app.get(SessionLoader);
    const profile = await loader.load({ email: 'ada@example.com' });
    expect(profile && loader.contextOf(profile)).toMatchObject({ caller_name: 'Ada', institution_name: 'Own Bank' });
    expect(await loader.load({ email: 'john.smith@email.com' })).toBeUndefined();
  });
});
