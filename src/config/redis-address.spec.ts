import { parseAddresses } from './redis-address';

describe('addresses', () => {
  it.each(['', 'host', 'host:', ':1', 'host:0', 'host:65536', 'a b:1', 'a:1,', '::1:6379', 'redis://host:1', 'u@h:1'])(
    'are refused as %j',
    (text) => expect(parseAddresses(text)).toBeUndefined(),
  );
});
