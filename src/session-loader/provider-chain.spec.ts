import { Logger } from '@nestjs/common';

import { ParleyError } from '../common/parley-error';
import type { CustomerProfile } from './profile';
import type { ProfileProvider } from './profile-provider';
import { ProviderChain } from './provider-chain';

const ADA: CustomerProfile = {
  full_name: 'Ada Example',
  client_id: 'CLT-1',
  email: 'ada@example.com',
  institution_name: 'Example Bank',
  contact_info: { phone_last_4: '0001' },
  customer_intelligence: {},
};

/** Answers what it is told to: a profile, nothing, or an error. */
class ScriptedProvider implements ProfileProvider {
  readonly asked: string[] = [];

  constructor(
    readonly name: string,
    private readonly answer: CustomerProfile | Error | undefined,
  ) {}

  findByEmail(email: string): Promise<CustomerProfile | undefined> {
    return this.reply(email);
  }

  findByClientId(clientId: string): Promise<CustomerProfile | undefined> {
    return this.reply(clientId);
  }

  // Throws at once, not as a rejection: a chain must stand both.
  private reply(key: string): Promise<CustomerProfile | undefined> {
    this.asked.push(key);
    if (this.answer instanceof Error) throw this.answer;
    return Promise.resolve(this.answer);
  }
}

describe('ProviderChain', () => {
  const down = (): ScriptedProvider => new ScriptedProvider('crm', new TypeError('no route for ada@example.com'));
  const empty = (name = 'empty'): ScriptedProvider => new ScriptedProvider(name, undefined);
  const full = (): ScriptedProvider => new ScriptedProvider('full', ADA);
  let warn: jest.SpyInstance;

  beforeEach(() => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    warn.mockRestore();
  });

  it('answers with the first provider that finds, and asks none after it', async () => {
    const [first, second, third] = [empty(), full(), empty('third')];
    expect(await new ProviderChain([first, second, third]).findByEmail('a@b.c')).toBe(ADA);
    expect([first.asked, second.asked, third.asked]).toEqual([['a@b.c'], ['a@b.c'], []]);
  });

  it('knows nobody if all providers answer so, or if there is none', async () => {
    expect(await new ProviderChain([empty(), empty()]).findByClientId('CLT-1')).toBeUndefined();
    expect(await new ProviderChain([]).findByClientId('CLT-1')).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
  });

  it('goes on after a failure and logs it without personal data', async () => {
    expect(await new ProviderChain([down(), full()]).findByEmail('ada@example.com')).toBe(ADA);
    expect(warn.mock.calls).toEqual([['Profile provider crm failed: TypeError']]);
  });

  it('fails, not knows nobody, if a provider failed and no other found', async () => {
    const failed = down();
    for (const chain of [new ProviderChain([failed, empty()]), new ProviderChain([empty(), failed])]) {
      const error: unknown = await chain.findByEmail('ada@example.com').catch((reason: unknown) => reason);
      if (!(error instanceof ParleyError)) throw new Error('a ParleyError was expected');
      expect(error).toMatchObject({ code: 'profile_source_unavailable', retryable: true });
      expect(error.cause).toBeInstanceOf(TypeError);
      expect(error.message).toBe('No answer from: crm');
    }
  });

  it('carries every cause if several providers failed', async () => {
    await expect(new ProviderChain([down(), down()]).findByClientId('CLT-1')).rejects.toMatchObject({
      message: 'No answer from: crm, crm',
      cause: { errors: [expect.any(TypeError), expect.any(TypeError)] },
    });
  });
});
