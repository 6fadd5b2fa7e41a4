import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, ValidateBy } from 'class-validator';
import { Transform } from 'class-transformer';
import { parseAddresses } from './redis-address';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What becomes of words that come while a turn is running. */
export const TURN_OVERLAPS = ['interrupt', 'queue'] as const;

/** Variables whose values are never shown, not even when they are wrong. */
export const SECRET_VARIABLES: readonly string[] = [
  'API_KEYS',
  'REDIS_URL',
  'REDIS_PASSWORD',
  'REDIS_SENTINEL_PASSWORD',
  'REALTIME_URL',
  'REALTIME_API_KEY',
  'MODEL_API_KEY',
  'MODEL_BASE_URL',
];

const asInteger = Transform(({ value }) => (/^-?\d+$/.test(String(value).trim()) ? Number(value) : (value as unknown)));
const asBoolean = Transform(({ value }) => ({ true: true, false: false })[String(value).trim()] ?? (value as unknown));

/** A whole number within bounds. */
function WholeNumber(min: number, max: number): PropertyDecorator {
  const options = { message: `a whole number from ${min} to ${max}` };
  return (target, key) => {
    asInteger(target, key);
    for (const rule of [IsInt(options), Min(min, options), Max(max, options)]) rule(target, key);
  };
}

/** What the client can connect to: an address that parses, a port included. */
function RedisUrl(): PropertyDecorator {
  const message = 'a URL such as redis://user:password@host:6379/0, or rediss:// for TLS';
  return ValidateBy({
    name: 'redisUrl',
    validator: {
      validate: (value) => typeof value === 'string' && /^rediss?:\/\/[^\s/]/.test(value) && URL.canParse(value),
      defaultMessage: () => message,
    },
  });
}

/** Servers of one kind, any of which leads to the others. */
function Addresses(): PropertyDecorator {
  return ValidateBy({
    name: 'addresses',
    validator: {
      validate: (value) => typeof value === 'string' && parseAddresses(value) !== undefined,
      defaultMessage: () => 'addresses, host:port,…',
    },
  });
}

/** An address that parses. */
function OtlpEndpoint(): PropertyDecorator {
  return ValidateBy({
    name: 'otlpEndpoint',
    validator: {
      validate: (value) => typeof value === 'string' && /^https?:\/\/[^\s/]/.test(value) && URL.canParse(value),
      defaultMessage: () => 'the URL of an OTLP endpoint, such as http://localhost:4318',
    },
  });
}

/** An address that parses, of a WebSocket or of the HTTP service that has it, without name and password. */
function RealtimeUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'realtimeUrl',
    validator: {
      validate: (value) =>
        typeof value === 'string' && /^(?:ws|http)s?:\/\/[^\s/@]+(?:\/\S*)?$/.test(value) && URL.canParse(value),
      defaultMessage: () => 'the URL of a realtime model, such as wss://<resource>.openai.azure.com',
    },
  });
}

/** An address below which a model's API lies. Credentials do not belong into it: no HTTP client takes them there. */
function ModelUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'modelUrl',
    validator: {
      validate: (value) => typeof value === 'string' && PLAIN_URL.test(value) && URL.canParse(value),
      defaultMessage: () => 'a URL such as http://localhost:11434/v1, without credentials, query or fragment',
    },
  });
}

/** Origins as browsers send them: nothing after the host and port, no wildcard. */
function Origins(): PropertyDecorator {
  return ValidateBy({
    name: 'origins',
    validator: {
      validate: (value) => typeof value === 'string' && value.split(',').every((origin) => isOrigin(origin.trim())),
      defaultMessage: () => 'origins such as https://console.example.com, separated by commas; * is none',
    },
  });
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

const MINUTE_MS = 60_000;
const PLAIN_URL = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/;
const BUDGETS = /^[^=,\s]+=\d+(?:\.\d+)?(?:,[^=,\s]+=\d+(?:\.\d+)?)*$/;
const GIBIBYTE = 1024 ** 3;

/**
 * Every variable Parley reads, with its default. `.env.example` says what each is for; a test holds the two together.
 * A rule's message says what the variable may hold.
 */
export class Environment {
  @WholeNumber(0, 65_535)
  PORT: number = 3000;

  @Matches(/^[A-Za-z0-9.:_-]+$/, { message: 'an address or host name to listen on' })
  HOST: string = '127.0.0.1';

  @IsIn(['embedded', 'redis'], { message: 'embedded or redis' })
  STORE: 'embedded' | 'redis' = 'embedded';

  @Matches(/\S/, { message: 'a folder' })
  DATA_DIR: string = './data';

  @IsOptional()
  @RedisUrl()
  REDIS_URL?: string;

  @IsOptional()
  @Addresses()
  REDIS_SENTINELS?: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]+$/, { message: 'the name by which the Sentinels know the primary' })
  REDIS_SENTINEL_NAME?: string;

  @IsOptional()
  @Addresses()
  REDIS_CLUSTER_NODES?: string;

  @IsOptional()
  @Matches(/^\S+$/, { message: 'the name of an ACL user' })
  REDIS_USERNAME?: string;

  @IsOptional()
  @IsString({ message: 'a password' })
  REDIS_PASSWORD?: string;

  @IsOptional()
  @IsString({ message: 'a password' })
  REDIS_SENTINEL_PASSWORD?: string;

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  REDIS_TLS: boolean = false;

  @WholeNumber(1, 16)
  REDIS_CONNECTIONS: number = 2;

  @WholeNumber(10, MINUTE_MS)
  REDIS_COMMAND_TIMEOUT_MS: number = 2000;

  @WholeNumber(10, MINUTE_MS)
  REDIS_CONNECT_TIMEOUT_MS: number = 2000;

  @WholeNumber(0, 16)
  REDIS_WAIT_REPLICAS: number = 0;

  @WholeNumber(1, MINUTE_MS)
  REDIS_WAIT_MS: number = 100;

  @IsOptional()
  @Matches(/\S/, { message: 'a folder' })
  REDIS_SPOOL_DIR?: string;

  @WholeNumber(64 * 1024, 16 * GIBIBYTE)
  REDIS_SPOOL_MAX_BYTES: number = 64 * 1024 * 1024;

  @WholeNumber(1, 1_000_000)
  REDIS_MAX_IN_FLIGHT: number = 10_000;

  @Matches(/^[^\s*?[\]\\{}]{1,64}$/, { message: '1 to 64 characters without white space or any of * ? [ ] \\ { }' })
  KEY_PREFIX: string = 'session:';

  @WholeNumber(1, 365 * 24 * 3600)
  SESSION_TTL_SECONDS: number = 7200;

  @WholeNumber(64 * 1024, GIBIBYTE)
  MEMO_PENDING_MAX_BYTES: number = 64 * 1024 * 1024;

  @WholeNumber(64 * 1024, GIBIBYTE)
  MEMO_SESSION_PENDING_MAX_BYTES: number = 4 * 1024 * 1024;

  @IsIn(TURN_OVERLAPS, { message: TURN_OVERLAPS.join(' or ') })
  TURN_OVERLAP: (typeof TURN_OVERLAPS)[number] = 'interrupt';

  @WholeNumber(1, 3600)
  TURN_LEASE_SECONDS: number = 4;

  @WholeNumber(0, 10 * MINUTE_MS)
  TURN_WAIT_MS: number = 5000;

  @Matches(/\S/, { message: 'a YAML or JSON file of customer profiles' })
  PROFILES_FILE: string = './config/profiles/customers.yaml';

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  PROFILES_MOCK_ENABLED: boolean = true;

  @Matches(/\S/, { message: 'a folder of agents' })
  AGENTS_DIR: string = './config/agents';

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  SESSION_AGENT_OVERRIDES_ENABLED: boolean = false;

  @WholeNumber(1, 10_000)
  AGENT_CHANGES_PER_MINUTE: number = 10;

  @WholeNumber(1, 10_000)
  AGENT_REVISIONS_KEPT: number = 200;

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  AGENT_TOOLS_OPEN: boolean = false;

  @WholeNumber(1024, 16 * 1024 * 1024)
  TEMPLATE_MAX_CHARACTERS: number = 64 * 1024;

  @WholeNumber(1, MINUTE_MS)
  TEMPLATE_RENDER_TIMEOUT_MS: number = 500;

  @WholeNumber(1000, 100_000_000)
  TEMPLATE_MEMORY_LIMIT: number = 1_000_000;

  @IsIn(['offline', 'openai', 'azure'], { message: 'offline, openai or azure' })
  MODEL_PROVIDER: 'offline' | 'openai' | 'azure' = 'offline';

  @IsIn(['chat', 'responses'], { message: 'chat or responses' })
  MODEL_API: 'chat' | 'responses' = 'chat';

  @IsOptional()
  @ModelUrl()
  MODEL_BASE_URL?: string;

  @IsOptional()
  @Matches(/^[\x21-\x7e]+$/, { message: 'a key: printable characters without blanks' })
  MODEL_API_KEY?: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9.-]{1,32}$/, { message: 'a version such as 2025-04-01-preview' })
  MODEL_API_VERSION?: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._:/@ -]{0,127}$/, { message: 'a name of a deployment or model' })
  MODEL_DEPLOYMENT?: string;

  @WholeNumber(10, 10 * MINUTE_MS)
  MODEL_FIRST_TOKEN_TIMEOUT_MS: number = 10_000;

  @WholeNumber(10, 10 * MINUTE_MS)
  MODEL_STALL_TIMEOUT_MS: number = 5000;

  @WholeNumber(10, 10 * MINUTE_MS)
  MODEL_TIMEOUT_MS: number = MINUTE_MS;

  @WholeNumber(0, 10)
  MODEL_MAX_RETRIES: number = 2;

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  LATENCY_RUNS_ENABLED: boolean = false;

  @IsOptional()
  @Matches(BUDGETS, { message: 'stage=seconds, …' })
  LATENCY_BUDGETS?: string;

  @IsOptional()
  @OtlpEndpoint()
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Matches(/\S/, { message: 'a name' })
  OTEL_SERVICE_NAME: string = 'parley';

  @WholeNumber(1, 3600)
  LIVE_HEARTBEAT_SECONDS: number = 15;

  @WholeNumber(1, 1_000_000)
  LIVE_MAX_SOCKETS: number = 20_000;

  @WholeNumber(1, 100_000)
  LIVE_MAX_SESSIONS: number = 1000;

  @WholeNumber(64 * 1024, GIBIBYTE)
  LIVE_MAX_QUEUE_BYTES: number = 1024 * 1024;

  @WholeNumber(1, 10_000)
  LIVE_MAX_BAD_FRAMES: number = 20;

  @WholeNumber(1, 3600)
  LIVE_TICKET_SECONDS: number = 30;

  @IsIn(['none', 'openai', 'azure'], { message: 'none, openai or azure' })
  REALTIME_PROVIDER: 'none' | 'openai' | 'azure' = 'none';

  @IsOptional()
  @RealtimeUrl()
  REALTIME_URL?: string;

  @IsOptional()
  @Matches(/^[!-~]+$/, { message: 'a key of printable ASCII characters' })
  REALTIME_API_KEY?: string;

  @IsOptional()
  @Matches(/^[\w.-]+$/, { message: 'a version of the interface, such as 2025-04-01-preview' })
  REALTIME_API_VERSION?: string;

  @IsOptional()
  @Matches(/^\S+$/, { message: 'the name of a model or deployment' })
  REALTIME_MODEL?: string;

  @Matches(/^\S+$/, { message: 'the name of a model' })
  REALTIME_TRANSCRIPTION_MODEL: string = 'whisper-1';

  @WholeNumber(10, MINUTE_MS)
  REALTIME_CONNECT_TIMEOUT_MS: number = 5000;

  @WholeNumber(10, MINUTE_MS)
  REALTIME_UPDATE_TIMEOUT_MS: number = 3000;

  @WholeNumber(1, 3600)
  REALTIME_HEARTBEAT_SECONDS: number = 5;

  @WholeNumber(64 * 1024, GIBIBYTE)
  REALTIME_MAX_QUEUE_BYTES: number = 512 * 1024;

  @IsOptional()
  @Matches(/\S/, { message: 'a folder' })
  ARCHIVE_DIR?: string;

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  REDACTION_ENABLED: boolean = true;

  @IsOptional()
  @Matches(/\S/, { message: 'a YAML or JSON file of patterns' })
  REDACTION_FILE?: string;

  @asBoolean
  @IsBoolean({ message: 'true or false' })
  REDACTION_BEFORE_STORAGE: boolean = false;

  @IsOptional()
  @IsString({ message: 'name:role:secret, …' })
  API_KEYS?: string;

  @IsOptional()
  @Origins()
  CORS_ORIGINS?: string;

  @WholeNumber(1024, 64 * 1024 * 1024)
  BODY_LIMIT_BYTES: number = 1024 * 1024;

  @WholeNumber(1, 1_000_000)
  MAX_IN_FLIGHT: number = 10_000;

  @WholeNumber(0, MINUTE_MS)
  MAX_EVENT_LOOP_DELAY_MS: number = 500;

  @WholeNumber(0, 10 * MINUTE_MS)
  SHUTDOWN_TIMEOUT_MS: number = 10_000;

  @IsIn(LOG_LEVELS, { message: `one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';
}
