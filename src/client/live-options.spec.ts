import { settingsOf } from './live-options';

describe('the settings of the live client', () => {
  it.each([
    ['http://127.0.0.1:3000', 'ws://127.0.0.1:3000/v1/live'],
    ['https://host/parley/', 'wss://host/parley/v1/live'],
    ['ws://host/v1/live', 'ws://host/v1/live'],
    ['wss://host:8443/parley/v1/live/', 'wss://host:8443/parley/v1/live'],
  ])('find the channel of %s', (url, channel) => {
    expect(settingsOf({ url }).url).toBe(channel);
  });

  it.each(['localhost', 'ftp://host', ''])('refuse the address "%s"', (url) => {
    expect(() => settingsOf({ url })).toThrow(/URL|address/);
  });

  it('keep the other pause where one is given', () => {
    expect(settingsOf({ url: 'ws://h', backoff: { firstMs: 7 } }).backoff).toEqual({ firstMs: 7, longestMs: 5000 });
  });

  it('keep the default where an option is undefined', () => {
    expect(settingsOf({ url: 'ws://h', key: undefined })).toMatchObject({ maxPending: 1000, ackTimeoutMs: 10_000 });
  });
});
