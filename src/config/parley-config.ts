import { isIPv4 } from 'node:net';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type ErrorIssue, ParleyError } from '../common/parley-error';
import { validatedProperties } from '../common/validated-properties';
import { type ApiKey, parseApiKeys } from './api-keys';
import { Environment, SECRET_VARIABLES } from './environment';
import { redisIssues, type RedisServers, redisServers } from './redis-servers';

/** The configuration as the rest of the program sees it; nothing else reads the environment. */
export interface ParleyConfig {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly bodyLimitBytes: number;
    /** Of pages that may call from a browser; none: those of this service alone. */
    readonly corsOrigins: readonly string[];
  };
  /** Beyond these, requests and frames are refused. */
  readonly load: {
    /** Requests and frames that may be under way. */
    readonly maxInFlight: number;
    /** How late the event loop may be; 0: as late as it likes. */
    readonly maxEventLoopDelayMs: number;
  };
  readonly store:
    | { readonly kind: 'embedded'; readonly folder: string }
    | {
        readonly kind: 'redis';
        readonly servers: RedisServers;
        readonly keyPrefix: string;
        /** Connections for commands, to each primary of a cluster; the change feed has one more. */
        readonly connections: number;
        readonly commandTimeoutMs: number;
        readonly connectTimeoutMs: number;
        readonly maxInFlight: number;
        /** Undefined where writes wait for no replica. */
        readonly replication: { readonly replicas: number; readonly waitMs: number } | undefined;
        /** Where writes wait that Redis does not take; undefined: they are refused. */
        readonly spool: { readonly folder: string; readonly maxBytes: number } | undefined;
      };
  readonly sessionTtlSeconds: number;
  readonly turns: TurnConfig;
  readonly memo: { readonly pendingMaxBytes: number; readonly sessionPendingMaxBytes: number };
  readonly profiles: { readonly file: string; readonly mockEnabled: boolean };
  readonly agents: {
    /** Folder of the base agents. */
    readonly directory: string;
    /** Whether sessions have agents of their own. Only the container looks at it: see SessionAgentsModule. */
    readonly overridesEnabled: boolean;
    /** Changes of one session's agents that are let in within a minute. */
    readonly changesPerMinute: number;
    /** Entries that a session's audit trail keeps. */
    readonly revisionsKept: number;
    /** Whether an override may name tools that no base agent has. */
    readonly toolsOpen: boolean;
  };
  readonly templates: TemplateLimits;
  readonly model: ModelConfig;
  readonly latency: {
    /** Whether samples are grouped by run (one a turn) beside the figures of their stage. */
    readonly runsEnabled: boolean;
    /** Seconds that a stage may take, by stage. */
    readonly budgets: ReadonlyMap<string, number>;
  };
  readonly telemetry: {
    /** Where traces and metrics go; undefined: nowhere. */
    readonly otlpEndpoint: string | undefined;
    readonly serviceName: string;
  };
  readonly live: {
    readonly heartbeatSeconds: number;
    /** Sockets that may be open at a time. */
    readonly maxSockets: number;
    /** Sessions that one socket may be attached to. */
    readonly maxSessions: number;
    /** Bytes that may wait for a slow reader. */
    readonly maxQueueBytes: number;
    /** Frames that cannot be understood until the socket is closed. */
    readonly maxBadFrames: number;
    readonly ticketSeconds: number;
  };
  /** The realtime model of live calls; undefined: there is none. */
  readonly realtime: RealtimeConfig | undefined;
  /** Folder that ended sessions are written to; undefined: they are not. */
  readonly archiveFolder: string | undefined;
  readonly redaction: {
    /** In exports and in the archive. */
    readonly enabled: boolean;
    /** Patterns beside the built-in ones. */
    readonly file: string | undefined;
    readonly beforeStorage: boolean;
  };
  /** Empty: local callers are let in without a key. */
  readonly apiKeys: readonly ApiKey[];
  readonly shutdownTimeoutMs: number;
  readonly logLevel: Environment['LOG_LEVEL'];
}

/** How a realtime model is reached, in the protocol of OpenAI Realtime. */
export interface RealtimeConfig {
  readonly provider: 'openai' | 'azure';
  readonly url: string;
  readonly apiKey: string;
  /** Of the interface, where Azure's dated one is spoken; undefined: the general one. */
  readonly apiVersion: string | undefined;
  /** Stands above the deployment that an agent names. */
  readonly model: string | undefined;
  /** What writes down the caller's words. */
  readonly transcriptionModel: string;
  /** From the connection's beginning until the session is configured. */
  readonly connectTimeoutMs: number;
  readonly updateTimeoutMs: number;
  readonly heartbeatSeconds: number;
  /** Bytes that may wait for a slow model. */
  readonly maxQueueBytes: number;
}

/** How turns of one session follow each other. */
export interface TurnConfig {
  /** What becomes of words that come while a turn is running: they interrupt it, or wait for its end. */
  readonly overlap: 'interrupt' | 'queue';
  /** A process that stalls for so long loses the session to the next one. */
  readonly leaseSeconds: number;
  /** How long words wait for the turn before them. */
  readonly waitMs: number;
}

/** The language model: rules in this process, or an API that speaks as OpenAI's does. */
export type ModelConfig = { readonly provider: 'offline' } | VendorModelConfig;

export interface VendorModelConfig {
  readonly provider: 'openai' | 'azure';
  readonly api: 'chat' | 'responses';
  /** Base of the API, or endpoint of the Azure resource. */
  readonly baseUrl: string;
  /** undefined: the server asks for none. */
  readonly apiKey: string | undefined;
  /** Of Azure, and only there. */
  readonly apiVersion: string | undefined;
  /** Instead of those of the agents. */
  readonly deployment: string | undefined;
  readonly limits: ModelLimits;
}

/** What one answer may take. */
export interface ModelLimits {
  /** Milliseconds until the answer begins, attempts and the pauses between them included. */
  readonly firstTokenTimeoutMs: number;
  /** Milliseconds of silence in the middle of an answer. */
  readonly stallTimeoutMs: number;
  /** Milliseconds of all of it. */
  readonly timeoutMs: number;
  /** Attempts after the first, as long as the answer has not begun. */
  readonly maxRetries: number;
}

/** Where models are called if nothing else is said. */
export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** What one Liquid template may cost. */
export interface TemplateLimits {
  /** Characters of its text. */
  readonly maxCharacters: number;
  /** Milliseconds of rendering. */
  readonly renderTimeoutMs: number;
  /** Characters and list items that a rendering may make, about. */
  readonly memoryLimit: number;
}

/** Injection token of {@link ParleyConfig}. */
export const PARLEY_CONFIG = Symbol('PARLEY_CONFIG');

const OPENAI_REALTIME_URL = 'wss://api.openai.com/v1/realtime';

/**
 * Checks the environment, all of it at once.
 * @throws ParleyError `config_invalid`, which names each wrong variable, what it holds (secrets excepted) and what it
 * may hold
 */
export function readConfig(source: Readonly<Record<string, unknown>>): ParleyConfig {
  const given = Object.fromEntries(
    [...validatedProperties(Environment)]
      .filter((name) => source[name] !== undefined && source[name] !== '')
      .map((name) => [name, source[name]]),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const issues = validateSync(environment).map(({ property, constraints = {} }) =>
    issue(property, source[property], Object.values(constraints)[0] ?? 'another value'),
  );
  const keys = environment.API_KEYS === undefined ? [] : parseApiKeys(environment.API_KEYS);
  if (typeof keys === 'string') issues.push(issue('API_KEYS', source['API_KEYS'], `name:role:secret,… — ${keys}`));
  issues.push(...redisIssues(environment, (variable, expected) => issue(variable, source[variable], expected)));
  issues.push(...realtimeIssues(environment));
  issues.push(...missingForModel(environment).map(([name, expected]) => issue(name, undefined, expected)));
  const hostIsWrong = issues.some(({ path }) => path === 'HOST');
  if (environment.API_KEYS === undefined && !hostIsWrong && !isLoopback(environment.HOST)) {
    issues.push(issue('HOST', environment.HOST, 'a loopback address as long as there are no API_KEYS'));
  }
  if (issues.length > 0 || typeof keys === 'string') throw invalid(issues);
  return toConfig(environment, keys);
}

function toConfig(environment: Environment, apiKeys: readonly ApiKey[]): ParleyConfig {
  return {
    http: {
      host: environment.HOST,
      port: environment.PORT,
      bodyLimitBytes: environment.BODY_LIMIT_BYTES,
      corsOrigins: environment.CORS_ORIGINS?.split(',').map((origin) => origin.trim()) ?? [],
    },
    load: { maxInFlight: environment.MAX_IN_FLIGHT, maxEventLoopDelayMs: environment.MAX_EVENT_LOOP_DELAY_MS },
    store: storeConfig(environment),
    sessionTtlSeconds: environment.SESSION_TTL_SECONDS,
    memo: {
      pendingMaxBytes: environment.MEMO_PENDING_MAX_BYTES,
      sessionPendingMaxBytes: environment.MEMO_SESSION_PENDING_MAX_BYTES,
    },
    turns: {
      overlap: environment.TURN_OVERLAP,
      leaseSeconds: environment.TURN_LEASE_SECONDS,
      waitMs: environment.TURN_WAIT_MS,
    },
    profiles: { file: environment.PROFILES_FILE, mockEnabled: environment.PROFILES_MOCK_ENABLED },
    agents: {
      directory: environment.AGENTS_DIR,
      overridesEnabled: environment.SESSION_AGENT_OVERRIDES_ENABLED,
      changesPerMinute: environment.AGENT_CHANGES_PER_MINUTE,
      revisionsKept: environment.AGENT_REVISIONS_KEPT,
      toolsOpen: environment.AGENT_TOOLS_OPEN,
    },
    templates: {
      maxCharacters: environment.TEMPLATE_MAX_CHARACTERS,
      renderTimeoutMs: environment.TEMPLATE_RENDER_TIMEOUT_MS,
      memoryLimit: environment.TEMPLATE_MEMORY_LIMIT,
    },
    model: modelConfig(environment),
    latency: {
      runsEnabled: environment.LATENCY_RUNS_ENABLED,
      budgets: parseBudgets(environment.LATENCY_BUDGETS),
    },
    telemetry: {
      otlpEndpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
      serviceName: environment.OTEL_SERVICE_NAME,
    },
    live: {
      heartbeatSeconds: environment.LIVE_HEARTBEAT_SECONDS,
      maxSockets: environment.LIVE_MAX_SOCKETS,
      maxSessions: environment.LIVE_MAX_SESSIONS,
      maxQueueBytes: environment.LIVE_MAX_QUEUE_BYTES,
      maxBadFrames: environment.LIVE_MAX_BAD_FRAMES,
      ticketSeconds: environment.LIVE_TICKET_SECONDS,
    },
    realtime: realtimeConfig(environment),
    archiveFolder: environment.ARCHIVE_DIR,
    redaction: {
      enabled: environment.REDACTION_ENABLED,
      file: environment.REDACTION_FILE,
      beforeStorage: environment.REDACTION_BEFORE_STORAGE,
    },
    apiKeys,
    shutdownTimeoutMs: environment.SHUTDOWN_TIMEOUT_MS,
    logLevel: environment.LOG_LEVEL,
  };
}

/** What the chosen model cannot do without, with the words for it. */
function missingForModel(environment: Environment): (readonly [string, string])[] {
  const { MODEL_PROVIDER: provider, MODEL_BASE_URL: baseUrl } = environment;
  const needed: (readonly [keyof Environment, string])[] = [];
  if (provider === 'openai' && baseUrl === undefined) {
    needed.push(['MODEL_API_KEY', `the key for ${OPENAI_BASE_URL}, because MODEL_BASE_URL names no other server`]);
  }
  if (provider === 'azure') {
    needed.push(['MODEL_BASE_URL', 'the endpoint of the resource, because MODEL_PROVIDER is azure']);
    needed.push(['MODEL_API_KEY', 'the key of the resource, because MODEL_PROVIDER is azure']);
    needed.push(['MODEL_API_VERSION', 'the version of the API, because MODEL_PROVIDER is azure']);
  }
  return needed.filter(([name]) => environment[name] === undefined);
}

function modelConfig(environment: Environment): ModelConfig {
  const { MODEL_PROVIDER: provider } = environment;
  if (provider === 'offline') return { provider };
  return {
    provider,
    api: environment.MODEL_API,
    baseUrl: environment.MODEL_BASE_URL ?? OPENAI_BASE_URL,
    apiKey: environment.MODEL_API_KEY,
    apiVersion: environment.MODEL_API_VERSION,
    deployment: environment.MODEL_DEPLOYMENT,
    limits: {
      firstTokenTimeoutMs: environment.MODEL_FIRST_TOKEN_TIMEOUT_MS,
      stallTimeoutMs: environment.MODEL_STALL_TIMEOUT_MS,
      timeoutMs: environment.MODEL_TIMEOUT_MS,
      maxRetries: environment.MODEL_MAX_RETRIES,
    },
  };
}

/** Of `stage=seconds,…`, whose form the environment's rules have checked. */
function parseBudgets(text: string | undefined): ReadonlyMap<string, number> {
  if (text === undefined) return new Map();
  return new Map(
    text.split(',').map((entry) => [entry.slice(0, entry.indexOf('=')), Number(entry.slice(entry.indexOf('=') + 1))]),
  );
}

function storeConfig(environment: Environment): ParleyConfig['store'] {
  if (environment.STORE === 'embedded') return { kind: 'embedded', folder: environment.DATA_DIR };
  return {
    kind: 'redis',
    servers: redisServers(environment),
    keyPrefix: environment.KEY_PREFIX,
    connections: environment.REDIS_CONNECTIONS,
    commandTimeoutMs: environment.REDIS_COMMAND_TIMEOUT_MS,
    connectTimeoutMs: environment.REDIS_CONNECT_TIMEOUT_MS,
    maxInFlight: environment.REDIS_MAX_IN_FLIGHT,
    replication: replicationOf(environment),
    spool: spoolOf(environment),
  };
}

function replicationOf({ REDIS_WAIT_REPLICAS: replicas, REDIS_WAIT_MS: waitMs }: Environment) {
  return replicas === 0 ? undefined : { replicas, waitMs };
}

function spoolOf({ REDIS_SPOOL_DIR: folder, REDIS_SPOOL_MAX_BYTES: maxBytes }: Environment) {
  return folder === undefined ? undefined : { folder, maxBytes };
}

/** What a realtime model cannot do without. */
function realtimeIssues({ REALTIME_PROVIDER, REALTIME_URL, REALTIME_API_KEY }: Environment): ErrorIssue[] {
  const isNamed = REALTIME_PROVIDER === 'openai' || REALTIME_PROVIDER === 'azure';
  const because = `because REALTIME_PROVIDER is ${REALTIME_PROVIDER}`;
  const issues: ErrorIssue[] = [];
  if (isNamed && REALTIME_API_KEY === undefined) {
    issues.push(issue('REALTIME_API_KEY', undefined, `the key of the model, ${because}`));
  }
  if (REALTIME_PROVIDER === 'azure' && REALTIME_URL === undefined) {
    issues.push(issue('REALTIME_URL', undefined, `the address of the resource, ${because}`));
  }
  return issues;
}

function realtimeConfig(environment: Environment): RealtimeConfig | undefined {
  if (environment.REALTIME_PROVIDER === 'none') return undefined;
  return {
    provider: environment.REALTIME_PROVIDER,
    url: environment.REALTIME_URL ?? OPENAI_REALTIME_URL,
    apiKey: environment.REALTIME_API_KEY as string,
    apiVersion: environment.REALTIME_API_VERSION,
    model: environment.REALTIME_MODEL,
    transcriptionModel: environment.REALTIME_TRANSCRIPTION_MODEL,
    connectTimeoutMs: environment.REALTIME_CONNECT_TIMEOUT_MS,
    updateTimeoutMs: environment.REALTIME_UPDATE_TIMEOUT_MS,
    heartbeatSeconds: environment.REALTIME_HEARTBEAT_SECONDS,
    maxQueueBytes: environment.REALTIME_MAX_QUEUE_BYTES,
  };
}

function issue(variable: string, value: unknown, expected: string): ErrorIssue {
  const held = value === undefined || value === '' ? 'is not set' : heldBy(variable, value);
  return { path: variable, message: `${held}; it may hold ${expected}` };
}

function heldBy(variable: string, value: unknown): string {
  return SECRET_VARIABLES.includes(variable) ? 'holds something else (not shown)' : `holds ${JSON.stringify(value)}`;
}

function invalid(issues: readonly ErrorIssue[]): ParleyError {
  const lines = issues.map(({ path, message }) => `  ${path} ${message}`);
  return new ParleyError('config_invalid', `The configuration is wrong:\n${lines.join('\n')}`, { errors: issues });
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
