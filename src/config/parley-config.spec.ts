import type { ParleyError } from '../common/parley-error';
import { isLoopback, readConfig } from './parley-config';

const refusal = (source: Record<string, unknown>): ParleyError => {
  try {
    readConfig(source);
  } catch (error) {
    return error as ParleyError;
  }
  throw new Error('The configuration was taken.');
};

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      http: { host: '127.0.0.1', port: 3000, bodyLimitBytes: 1024 * 1024, corsOrigins: [] },
      load: { maxInFlight: 10_000, maxEventLoopDelayMs: 500 },
      store: { kind: 'embedded', folder: './data' },
      sessionTtlSeconds: 7200,
      agents: {
        directory: './config/agents',
        overridesEnabled: false,
        changesPerMinute: 10,
        revisionsKept: 200,
        toolsOpen: false,
      },
      model: { provider: 'offline' },
      latency: { runsEnabled: false, budgets: new Map() },
      telemetry: { otlpEndpoint: undefined, serviceName: 'parley' },
      live: {
        heartbeatSeconds: 15,
        maxSockets: 20_000,
        maxSessions: 1000,
        maxQueueBytes: 1024 * 1024,
        maxBadFrames: 20,
        ticketSeconds: 30,
      },
      realtime: undefined,
      archiveFolder: undefined,
      redaction: { enabled: true, file: undefined, beforeStorage: false },
      templates: { maxCharacters: 65_536, renderTimeoutMs: 500, memoryLimit: 1_000_000 },
      turns: { overlap: 'interrupt', leaseSeconds: 4, waitMs: 5000 },
      memo: { pendingMaxBytes: 64 * 1024 * 1024, sessionPendingMaxBytes: 4 * 1024 * 1024 },
      profiles: { file: './config/profiles/customers.yaml', mockEnabled: true },
      apiKeys: [],
      shutdownTimeoutMs: 10_000,
      logLevel: 'info',
    });
  });

  it('takes the store that is named, with what belongs to it', () => {
    const { store } = readConfig({ STORE: 'redis', REDIS_URL: 'rediss://user:secret@host:6380/1', KEY_PREFIX: 'p:' });
    expect(store).toEqual({
      kind: 'redis',
      servers: { kind: 'single', url: 'rediss://user:secret@host:6380/1' },
      keyPrefix: 'p:',
      connections: 2,
      commandTimeoutMs: 2000,
      connectTimeoutMs: 2000,
      maxInFlight: 10_000,
    });
  });

  it('takes the realtime model that is named, with what belongs to it', () => {
    const { realtime } = readConfig({ REALTIME_PROVIDER: 'openai', REALTIME_API_KEY: 'secret' });
    expect(realtime).toEqual({
      provider: 'openai',
      url: 'wss://api.openai.com/v1/realtime',
      apiKey: 'secret',
      apiVersion: undefined,
      model: undefined,
      transcriptionModel: 'whisper-1',
      connectTimeoutMs: 5000,
      updateTimeoutMs: 3000,
      heartbeatSeconds: 5,
      maxQueueBytes: 512 * 1024,
    });
  });

  it('takes what is said of the realtime model', () => {
    const { realtime } = readConfig({
      REALTIME_PROVIDER: 'azure',
      REALTIME_URL: 'https://resource.openai.azure.com',
      REALTIME_API_KEY: 'secret',
      REALTIME_API_VERSION: '2025-04-01-preview',
      REALTIME_MODEL: 'gpt-realtime',
      REALTIME_TRANSCRIPTION_MODEL: 'azure-speech',
      REALTIME_CONNECT_TIMEOUT_MS: '100',
      REALTIME_UPDATE_TIMEOUT_MS: '200',
      REALTIME_HEARTBEAT_SECONDS: '3',
      REALTIME_MAX_QUEUE_BYTES: '65536',
    });
    expect(realtime).toEqual({
      provider: 'azure',
      url: 'https://resource.openai.azure.com',
      apiKey: 'secret',
      apiVersion: '2025-04-01-preview',
      model: 'gpt-realtime',
      transcriptionModel: 'azure-speech',
      connectTimeoutMs: 100,
      updateTimeoutMs: 200,
      heartbeatSeconds: 3,
      maxQueueBytes: 65_536,
    });
  });

  it('asks for what a realtime model cannot do without', () => {
    const missing = (provider: string) => refusal({ REALTIME_PROVIDER: provider }).errors?.map(({ path }) => path);
    expect(missing('openai')).toEqual(['REALTIME_API_KEY']);
    expect(missing('azure')).toEqual(['REALTIME_API_KEY', 'REALTIME_URL']);
  });

  it('takes the model that is named, with what belongs to it', () => {
    const limits = { firstTokenTimeoutMs: 10_000, stallTimeoutMs: 5000, timeoutMs: 60_000, maxRetries: 2 };
    expect(readConfig({ MODEL_PROVIDER: 'openai', MODEL_API_KEY: 'k' }).model).toEqual({
      provider: 'openai',
      api: 'chat',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'k',
      apiVersion: undefined,
      deployment: undefined,
      limits,
    });
    const azure = { MODEL_BASE_URL: 'https://r.openai.azure.com', MODEL_API_KEY: 'k', MODEL_API_VERSION: '2024-10-21' };
    expect(
      readConfig({
        ...azure,
        MODEL_PROVIDER: 'azure',
        MODEL_API: 'responses',
        MODEL_DEPLOYMENT: 'gpt',
        MODEL_MAX_RETRIES: '0',
      }).model,
    ).toEqual({
      provider: 'azure',
      api: 'responses',
      baseUrl: 'https://r.openai.azure.com',
      apiKey: 'k',
      apiVersion: '2024-10-21',
      deployment: 'gpt',
      limits: { ...limits, maxRetries: 0 },
    });
  });

  it('needs no key for a model on a server of its own', () => {
    const { model } = readConfig({ MODEL_PROVIDER: 'openai', MODEL_BASE_URL: 'http://localhost:11434/v1' });
    expect(model).toMatchObject({ baseUrl: 'http://localhost:11434/v1', apiKey: undefined });
  });

  it.each([
    ['openai', ['MODEL_API_KEY']],
    ['azure', ['MODEL_API_KEY', 'MODEL_API_VERSION', 'MODEL_BASE_URL']],
  ])('names what is missing for the model of %s', (provider, missing) => {
    const { errors } = refusal({ MODEL_PROVIDER: provider });
    expect(errors?.map(({ path }) => path).sort()).toEqual(missing);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', REDIS_URL: '', API_KEYS: '' })).toEqual(readConfig({}));
  });

  it('reads keys with names, roles and secrets', () => {
    const { apiKeys, http } = readConfig({ HOST: '0.0.0.0', API_KEYS: 'a:read:secret-one, b:admin:with:colons' });
    expect(http.host).toBe('0.0.0.0');
    expect(apiKeys).toEqual([
      { name: 'a', role: 'read', secret: 'secret-one' },
      { name: 'b', role: 'admin', secret: 'with:colons' },
    ]);
  });

  it.each([
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '3e3', 'a whole number from 0 to 65535'],
    ['HOST', 'a b', 'an address or host name'],
    ['STORE', 'mongo', 'embedded or redis'],
    ['DATA_DIR', '  ', 'a folder'],
    ['REDIS_CONNECTIONS', '0', 'a whole number from 1 to 16'],
    ['REDIS_COMMAND_TIMEOUT_MS', '-1', 'a whole number from 10 to 60000'],
    ['REDIS_CONNECT_TIMEOUT_MS', '1.5', 'a whole number from 10 to 60000'],
    ['REDIS_MAX_IN_FLIGHT', 'many', 'a whole number from 1 to 1000000'],
    ['KEY_PREFIX', 'a*b', '1 to 64 characters without white space'],
    ['SESSION_TTL_SECONDS', '0', 'a whole number from 1 to 31536000'],
    ['MEMO_PENDING_MAX_BYTES', '1', 'a whole number from 65536'],
    ['TURN_OVERLAP', 'both', 'interrupt or queue'],
    ['TURN_LEASE_SECONDS', '0', 'a whole number from 1 to 3600'],
    ['TURN_WAIT_MS', '-1', 'a whole number from 0 to 600000'],
    ['MEMO_SESSION_PENDING_MAX_BYTES', '1', 'a whole number from 65536'],
    ['PROFILES_FILE', ' ', 'a YAML or JSON file'],
    ['PROFILES_MOCK_ENABLED', 'yes', 'true or false'],
    ['BODY_LIMIT_BYTES', '10', 'a whole number from 1024'],
    ['SHUTDOWN_TIMEOUT_MS', 'never', 'a whole number from 0 to 600000'],
    ['REALTIME_PROVIDER', 'other', 'none, openai or azure'],
    ['REALTIME_API_VERSION', 'a b', 'a version of the interface'],
    ['REALTIME_MODEL', 'a b', 'the name of a model or deployment'],
    ['REALTIME_TRANSCRIPTION_MODEL', 'a b', 'the name of a model'],
    ['REALTIME_CONNECT_TIMEOUT_MS', '9', 'a whole number from 10 to 60000'],
    ['REALTIME_UPDATE_TIMEOUT_MS', '60001', 'a whole number from 10 to 60000'],
    ['REALTIME_HEARTBEAT_SECONDS', '0', 'a whole number from 1 to 3600'],
    ['REALTIME_MAX_QUEUE_BYTES', '1', 'a whole number from 65536'],
    ['MODEL_PROVIDER', 'local', 'offline, openai or azure'],
    ['MODEL_API', 'completions', 'chat or responses'],
    ['MODEL_API_VERSION', '2025/04', 'a version such as'],
    ['MODEL_DEPLOYMENT', '../gpt', 'a name of a deployment or model'],
    ['MODEL_FIRST_TOKEN_TIMEOUT_MS', '9', 'a whole number from 10 to 600000'],
    ['MODEL_STALL_TIMEOUT_MS', 'soon', 'a whole number from 10 to 600000'],
    ['MODEL_TIMEOUT_MS', '600001', 'a whole number from 10 to 600000'],
    ['MODEL_MAX_RETRIES', '11', 'a whole number from 0 to 10'],
    ['LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
  ])('refuses %s=%s and says what it holds and may hold', (name, value, expected) => {
    const { code, message, errors } = refusal({ [name]: value });
    expect(code).toBe('config_invalid');
    expect(errors?.map(({ path }) => path)).toEqual([name]);
    expect(message).toContain(`${name} holds ${JSON.stringify(value)}; it may hold ${expected}`);
  });

  it('names all faults at once', () => {
    const { errors } = refusal({ PORT: 'x', STORE: 'redis', LOG_LEVEL: 'y', HOST: '0.0.0.0' });
    expect(errors?.map(({ path }) => path).sort()).toEqual(['HOST', 'LOG_LEVEL', 'PORT', 'REDIS_URL']);
  });

  it.each([
    ['REDIS_URL', 'http://user:hunter22@host'],
    ['REDIS_URL', 'redis://:hunter22@127.0.0.1:99999'],
    ['REDIS_URL', 'redis://:hunter22@[::bad'],
    ['REALTIME_URL', 'wss://user:hunter22@host/realtime'],
    ['REALTIME_URL', 'hunter22'],
    ['REALTIME_API_KEY', 'hunter22 with spaces'],
    ['MODEL_BASE_URL', 'https://user:hunter22@host/v1'],
    ['MODEL_BASE_URL', 'https://host/v1?key=hunter22'],
    ['MODEL_API_KEY', 'hunter22 and more'],
    ['API_KEYS', 'name:king:hunter22-secret'],
    ['API_KEYS', 'name:read:short'],
    ['API_KEYS', 'a:read:same-secret,b:read:same-secret'],
    ['API_KEYS', 'a:read:secret-one,a:read:secret-two'],
    ['API_KEYS', ':read:secret-one'],
  ])('does not show what a wrong %s holds', (name, value) => {
    const { message, errors } = refusal({ [name]: value });
    expect(errors?.map(({ path }) => path)).toEqual([name]);
    for (const secret of ['hunter22', 'short', 'same-secret', 'secret-one']) expect(message).not.toContain(secret);
  });

  it('says of an address that is missing that it is not set', () => {
    expect(refusal({ STORE: 'redis' }).message).toContain(
      'REDIS_URL is not set; it may hold the address of the server',
    );
  });

  it('keeps to loopback as long as there are no keys', () => {
    expect(refusal({ HOST: '0.0.0.0' }).message).toContain('a loopback address as long as there are no API_KEYS');
    for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '::1']) expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '10.0.0.1', '128.0.0.1', '::', '127.example.com'])
      expect(isLoopback(host)).toBe(false);
  });
});
