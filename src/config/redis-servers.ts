import type { ErrorIssue } from '../common/parley-error';
import type { Environment } from './environment';
import { parseAddresses, type RedisAddress } from './redis-address';

/** Which Redis the store is on; exactly one of them is configured. */
export type RedisServers =
  | { readonly kind: 'single'; readonly url: string }
  | RedisSentinels
  | ({ readonly kind: 'cluster'; readonly nodes: readonly RedisAddress[] } & RedisAccess);

export interface RedisSentinels extends RedisAccess {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisAddress[];
  /** By which the Sentinels know the primary. */
  readonly name: string;
  /** Of the Sentinels themselves, which need not be that of the servers. */
  readonly sentinelPassword: string | undefined;
}

/** How Parley makes itself known where there is no URL that says it. */
export interface RedisAccess {
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Of Sentinels as well. */
  readonly tls: boolean;
}

const ENTRANCES = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES'] as const;
const ACCESS = ['REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_TLS'] as const;

/** A variable of the environment that is wrong beside the others, and why. */
export type Complaint = (variable: keyof Environment, expected: string) => ErrorIssue;

/** What is wrong with the variables together; each may be right for itself. */
export function redisIssues(environment: Environment, complain: Complaint): ErrorIssue[] {
  if (environment.STORE !== 'redis') return [];
  const isSet = (name: keyof Environment) => environment[name] !== undefined && environment[name] !== false;
  const entrances = ENTRANCES.filter(isSet);
  const issues: ErrorIssue[] = [];
  const needs = (name: keyof Environment, expected: string) => issues.push(complain(name, expected));
  const goesWith = (name: keyof Environment, entrance: (typeof ENTRANCES)[number]) => {
    if (isSet(name) !== isSet(entrance))
      needs(isSet(name) ? entrance : name, `a value, together with ${isSet(name) ? name : entrance}`);
  };

  goesWith('REDIS_SENTINEL_NAME', 'REDIS_SENTINELS');
  if (entrances.length === 0 && !isSet('REDIS_SENTINEL_NAME')) {
    needs(
      'REDIS_URL',
      'the address of the server (or use REDIS_SENTINELS or REDIS_CLUSTER_NODES), because STORE is redis',
    );
  }
  if (entrances.length > 1) {
    for (const name of entrances) {
      needs(name, `nothing beside ${entrances.filter((other) => other !== name).join(' and ')}: one names the servers`);
    }
  }
  if (isSet('REDIS_URL')) {
    for (const name of ACCESS.filter(isSet)) needs(name, 'nothing beside REDIS_URL, which says it itself');
  }
  if (isSet('REDIS_USERNAME') && !isSet('REDIS_PASSWORD')) needs('REDIS_PASSWORD', 'the password of REDIS_USERNAME');
  if (isSet('REDIS_SENTINEL_PASSWORD') && !isSet('REDIS_SENTINELS')) {
    needs('REDIS_SENTINEL_PASSWORD', 'nothing without REDIS_SENTINELS');
  }
  // A connection that waits answers nothing else, and one that answers nothing for so long is given up.
  if (environment.REDIS_WAIT_REPLICAS > 0 && environment.REDIS_WAIT_MS >= environment.REDIS_COMMAND_TIMEOUT_MS) {
    needs('REDIS_WAIT_MS', 'less than REDIS_COMMAND_TIMEOUT_MS');
  }
  return issues;
}

/** Of an environment without issues. */
export function redisServers(environment: Environment): RedisServers {
  const access = {
    username: environment.REDIS_USERNAME,
    password: environment.REDIS_PASSWORD,
    tls: environment.REDIS_TLS,
  };
  if (environment.REDIS_CLUSTER_NODES !== undefined) {
    return { kind: 'cluster', nodes: addresses(environment.REDIS_CLUSTER_NODES), ...access };
  }
  if (environment.REDIS_SENTINELS === undefined) return { kind: 'single', url: environment.REDIS_URL as string };
  return {
    kind: 'sentinel',
    sentinels: addresses(environment.REDIS_SENTINELS),
    name: environment.REDIS_SENTINEL_NAME as string,
    sentinelPassword: environment.REDIS_SENTINEL_PASSWORD,
    ...access,
  };
}

function addresses(text: string): readonly RedisAddress[] {
  return parseAddresses(text) ?? [];
}
