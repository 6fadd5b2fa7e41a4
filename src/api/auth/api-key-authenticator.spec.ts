import crypto from 'node:crypto';
import type { ParleyConfig } from '../../config/parley-config';
import { ApiKeyAuthenticator } from './api-key-authenticator';

const apiKeys = [
  { name: 'first', role: 'read', secret: 'first-secret-0001' },
  { name: 'second', role: 'runtime', secret: 'second-secret-0002-longer' },
  { name: 'third', role: 'admin', secret: 'third-secret-00003' },
] as const;

describe('a key', () => {
  const authenticator = new ApiKeyAuthenticator({ apiKeys } as unknown as ParleyConfig);
  const admit = (secret: string) => authenticator.admit(`Bearer ${secret}`, 'read');

  it('says whose it is, whichever of them it is', () => {
    expect(apiKeys.map(({ secret }) => admit(secret).name)).toEqual(['first', 'second', 'third']);
  });

  /** A comparison that ends at the first difference, or the first match, tells how much of a guess was right. */
  it.each([
    ['the first', 'first-secret-0001'],
    ['the last', 'third-secret-00003'],
    ['nearly the first', 'first-secret-0000'],
    ['the beginning of one', 'second'],
    ['of another length', 'x'.repeat(4000)],
    ['of no letter in common', '####'],
  ])('that is %s is compared with all of them, in full, by what takes the same time', (_which, secret) => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    try {
      try {
        admit(secret);
      } catch {
        // Refused: what counts is what was compared.
      }
      expect(compare).toHaveBeenCalledTimes(apiKeys.length);
      for (const [known, presented] of compare.mock.calls) {
        expect([known.byteLength, presented.byteLength]).toEqual([32, 32]);
      }
    } finally {
      compare.mockRestore();
    }
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic first-secret-0001',
    'first-secret-0001',
    'Bearer first-secret-0001 x',
    'Bearer first-secret-0001\u0000',
    'Bearer FIRST-SECRET-0001',
    `Bearer ${' '.repeat(50_000)}x y`,
  ])('is not %j', (header) => {
    expect(() => authenticator.admit(header, 'read')).toThrow(/Send a valid key/);
  });

  it('is not asked for by any comparison but that one', () => {
    expect(() => admit('first-secret-0001')).not.toThrow();
    expect(() => authenticator.admit('Bearer first-secret-0001', 'runtime')).toThrow(/the role runtime/);
  });
});
