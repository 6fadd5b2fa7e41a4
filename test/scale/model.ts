import type { CallCost, TurnCost } from './costs';
import type { SharedCost } from './shared-cost';

/**
 * The capacity model: what one part carries and what so many calls need, from what one turn and one call take. All of it
 * is proportional, except for what every process does at one place: that grows with their number, and bounds a cell.
 */
export interface ModelInput {
  readonly turn: TurnCost;
  readonly call: CallCost;
  readonly shared: SharedCost;
}

/** Of a core or link: what is left lets a burst pass, and the others take over when one fails. */
export const PLANNED_SHARE = 0.6;
/** Of the heap of one process; above it collections take long. */
const HEAP_BYTES = 2 ** 30;
const PLANNED_HEAP = 0.7;
/** Of one Redis shard: small enough to be copied to a replica in seconds. */
const SHARD_BYTES = 16 * 2 ** 30;
const PLANNED_MEMORY = 0.6;
/** `SESSION_TTL_SECONDS`, unless it is told otherwise. */
const TTL_SECONDS = 7200;
const LINK_BITS = 10e9;
/** Connections of a process to each Redis server: two for commands, one for the feed. */
const CONNECTIONS_A_SERVER = 3;
/** `maxclients` of Redis, unless it is told otherwise. */
const MAX_CLIENTS = 10_000;
/** What Redis Cluster is made for, replicas included. */
const MAX_SERVERS = 1000;
/** Of one shard's core, for one key that all processes write to: its other keys need the rest. */
const HOT_KEY_SHARE = 0.2;
/** Counters that a process adds to the fleet's latencies every two seconds: fifteen stages in some thirty buckets each. */
const FLEET_COUNTERS_A_SECOND = 15 * 30 * 0.5;

export interface Carried {
  readonly part: string;
  readonly turnsASecond: number;
  readonly calls: number;
}

/** What one of each part carries, as planned; of a part that holds memory, by the calls that fit. */
export function carries({ turn, call }: ModelInput): readonly Carried[] {
  const byTurns = (part: string, turnsASecond: number) => ({
    part,
    turnsASecond,
    calls: turnsASecond * call.secondsATurn,
  });
  const byCalls = (part: string, calls: number) => ({ part, turnsASecond: calls / call.secondsATurn, calls });
  const linkBytes = (LINK_BITS / 8) * PLANNED_SHARE;
  return [
    byTurns('core of a service', PLANNED_SHARE / (turn.serviceMicros / 1e6)),
    byCalls('GiB of heap (a memo each)', (HEAP_BYTES * PLANNED_HEAP) / call.memoBytes),
    byTurns('core of a Redis shard', PLANNED_SHARE / (turn.redisMicros / 1e6)),
    byCalls('memory of a Redis shard, 16 GiB', (SHARD_BYTES * PLANNED_MEMORY) / call.sessionBytes),
    byTurns('link of services, 10 Gbit/s', linkBytes / (turn.clientBytes + turn.redisBytes)),
    byTurns('link of a Redis shard, 10 Gbit/s', linkBytes / turn.redisBytes),
  ];
}

/** The part of which one carries the fewest calls, among those of a kind. */
export function firstToSaturate(input: ModelInput, kind: RegExp = /./): Carried {
  const parts = carries(input).filter(({ part }) => kind.test(part));
  return parts.reduce((least, other) => (other.calls < least.calls ? other : least));
}

export interface Needs {
  readonly calls: number;
  readonly turnsASecond: number;
  /** Begun, and ended. */
  readonly callsASecond: number;
  /** Of one core each. */
  readonly processes: number;
  readonly shards: number;
  readonly redisGiB: number;
  /** Where nobody ends sessions and each stays for its time to live. */
  readonly expiringGiB: number;
  /** All clients and all of Redis together. */
  readonly gigabits: number;
  /** In one cell of all; the reasons why there are cells. */
  readonly connectionsAShard: number;
  readonly fleetKeyShare: number;
  readonly archiveKeyShare: number;
}

export function needs({ turn, call, shared }: ModelInput, calls: number): Needs {
  const turnsASecond = calls / call.secondsATurn;
  const callsASecond = turnsASecond / call.turnsACall;
  const processes = Math.ceil(
    Math.max(
      (turnsASecond * turn.serviceMicros) / 1e6 / PLANNED_SHARE,
      (calls * call.memoBytes) / (HEAP_BYTES * PLANNED_HEAP),
    ),
  );
  const redisBytes = calls * call.sessionBytes;
  const shards = Math.ceil(
    Math.max((turnsASecond * turn.redisMicros) / 1e6 / PLANNED_SHARE, redisBytes / (SHARD_BYTES * PLANNED_MEMORY)),
  );
  return {
    calls,
    turnsASecond,
    callsASecond,
    processes,
    shards,
    redisGiB: redisBytes / 2 ** 30,
    expiringGiB: (callsASecond * TTL_SECONDS * call.sessionBytes) / 2 ** 30,
    gigabits: (turnsASecond * (turn.clientBytes + turn.redisBytes) * 8) / 1e9,
    connectionsAShard: processes * CONNECTIONS_A_SERVER,
    fleetKeyShare: (processes * FLEET_COUNTERS_A_SECOND * shared.counterMicros) / 1e6,
    archiveKeyShare: (callsASecond * shared.noteMicros) / 1e6,
  };
}

export interface CellLimit {
  readonly limit: string;
  /** With which it is reached. */
  readonly calls: number;
}

/** What does not become more with more processes and shards, the narrowest first: beyond it there are cells. */
export function cellLimits(input: ModelInput): readonly CellLimit[] {
  const million = needs(input, 1e6);
  const callsAt = (ofAMillion: number, bound: number) => (bound / ofAMillion) * 1e6;
  return [
    { limit: 'connections of one Redis server', calls: callsAt(million.connectionsAShard, MAX_CLIENTS) },
    { limit: 'servers of one Redis Cluster', calls: callsAt(million.shards * 2, MAX_SERVERS) },
    { limit: "the minute's key of the fleet's latencies", calls: callsAt(million.fleetKeyShare, HOT_KEY_SHARE) },
    { limit: "the archive's key of two seconds", calls: callsAt(million.archiveKeyShare, HOT_KEY_SHARE) },
  ].sort((left, right) => left.calls - right.calls);
}

/** Calls that one cell is planned for: half of the narrowest limit. */
export function cellSize(input: ModelInput): number {
  return (cellLimits(input)[0]?.calls ?? 0) / 2;
}

export function cells(input: ModelInput, calls: number): number {
  return Math.max(1, Math.ceil(calls / cellSize(input)));
}
