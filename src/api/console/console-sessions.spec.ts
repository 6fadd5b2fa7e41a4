import { ManualClock } from '../../../test/support/manual-clock';
import { parseApiKeys } from '../../config/api-keys';
import type { ParleyConfig } from '../../config/parley-config';
import { ApiKeyAuthenticator } from '../auth/api-key-authenticator';
import { ConsoleSessions } from './console-sessions';

describe('sessions of the console', () => {
  const clock = new ManualClock();
  /** As a process with these keys knows them. */
  const process = (keys: string) => {
    const authenticator = new ApiKeyAuthenticator({ apiKeys: parseApiKeys(keys) } as unknown as ParleyConfig);
    const sessions = new ConsoleSessions(authenticator, clock);
    return { sessions, begin: (name: string) => sessions.begin(authenticator.named(name)!).token };
  };
  const KEYS = 'ada:admin:secret-of-ada-1,bob:read:secret-of-bob-1';

  it('are known in every process that knows the key, and in no other', () => {
    const token = process(KEYS).begin('ada');
    expect(process(KEYS).sessions.read(token)?.key.name).toBe('ada');
    expect(process('ada:admin:another-secret').sessions.read(token)).toBeUndefined();
    expect(process('bob:read:secret-of-bob-1').sessions.read(token)).toBeUndefined();
  });

  it('have the role that the key has now', () => {
    const token = process(KEYS).begin('ada');
    expect(process('ada:audit:secret-of-ada-1').sessions.read(token)?.key.role).toBe('audit');
  });

  it('last for half an hour and are to be renewed after a quarter', () => {
    const { sessions, begin } = process(KEYS);
    const token = begin('bob');
    const ageing = () => sessions.isAgeing(sessions.read(token)!);
    clock.advance(14 * 60);
    expect(ageing()).toBe(false);
    clock.advance(2 * 60);
    expect(ageing()).toBe(true);
    clock.advance(13 * 60);
    expect(sessions.read(token)).toBeDefined();
    clock.advance(2 * 60);
    expect(sessions.read(token)).toBeUndefined();
  });
});
