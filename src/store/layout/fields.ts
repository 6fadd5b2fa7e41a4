import { KEPT_CHANGES } from '../session-store';

/**
 * The fields of a session, the same in the Redis hash and in the embedded store; ARCHITECTURE.md has them as a table.
 * Where a name from outside is part of a field's name it stands last, so that no name can imitate another field.
 * apply-batch.lua uses the same names; test/contract holds the two together.
 */
export const FIELD = {
  /** `version revision lastSeq ttl createdAt updatedAt`; its presence says that Parley owns the session. */
  header: 'session',
  /** All that remains of an ended session: when it ended. */
  endedAt: 'ended',
  message: (seq: number, agent: string) => `m:${seq}:${agent}`,
  /** What was heard of a cut message, see {@link Heard}; the message field keeps the whole. */
  heard: (seq: number) => `t:${seq}`,
  prompt: (agent: string) => `p:${agent}`,
  /** Number of the first system message appended to a thread: a system prompt may have to replace it. */
  system: (agent: string) => `y:${agent}`,
  context: (key: string) => `c:${key}`,
  slot: (name: string) => `s:${name}`,
  toolOutput: (tool: string) => `o:${tool}`,
  /** `count total min max` of a stage. */
  stageStats: (stage: string) => `ls:${stage}`,
  stageBucket: (bucket: number, stage: string) => `lb:${bucket}:${stage}`,
  stageRecent: (index: number, stage: string) => `lr:${index}:${stage}`,
  /** A run of samples of an older service; the number keeps the order of the runs. */
  olderRun: (index: number, id: string) => `lg:${index}:${id}`,
  /** Number of the last run of samples that was begun. */
  lastRun: 'ln',
  /** `number count at label` U+001F samples: a run, under its name as JSON. */
  run: (name: string) => `lu:${name}`,
  /** Ring of the names of runs, by their numbers. */
  runRing: (index: number) => `lo:${index}`,
  /** `changes first bytes digest revision,experiment` of the session's agents. */
  agents: 'ah',
  /** `[revision, value]` of one record, such as one override. */
  agentRecord: (name: string) => `a:${name}`,
  /** `[revision, digest, entry]`: an entry of the audit trail. */
  agentChange: (number: number) => `e:${number}`,
  /** How often the caller has said something. */
  turns: 'tu',
  /** How often the caller has interrupted. */
  epoch: 'ep',
  /** `oldest next tail current attempts retryAt leaseUntil consumer` of the playback queue. */
  playback: 'pq',
  /** `[epoch, at, content, end?, offset?, endedAt?, consumer?]`: something to be spoken. */
  playbackMessage: (number: number) => `q:${number}`,
  /** `fence until holder` of the right to run turns. */
  lease: 'tl',
  /** `[at, afterSeq, kind, …]`: what happened between messages, in the order of revisions and of operations in them. */
  event: (revision: number, index: number) => `v:${revision}:${index}`,
  /** `revision firstSeq messages at fingerprint epoch` of a remembered batch; `-` where it did not interrupt. */
  batch: (id: string) => `b:${id}`,
  /** Ring of the last changes, by revision: `revision firstSeq messages at epoch batch-id` U+001F operations. */
  keptChange: (revision: number) => `f:${revision % KEPT_CHANGES}`,
  /** Ring of remembered batch ids, by revision. */
  batchRing: (index: number) => `r:${index}`,
} as const;

export const LAYOUT_VERSION = '1';

/** What the header field holds. Times in seconds. */
export interface StoredHeader {
  readonly revision: number;
  readonly lastSeq: number;
  readonly ttlSeconds: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function encodeHeader({ revision, lastSeq, ttlSeconds, createdAt, updatedAt }: StoredHeader): string {
  return [LAYOUT_VERSION, revision, lastSeq, ttlSeconds, createdAt, updatedAt].join(' ');
}

/** Undefined for the header of another layout version. */
export function decodeHeader(text: string): StoredHeader | undefined {
  const [version, ...numbers] = text.split(' ');
  if (version !== LAYOUT_VERSION || numbers.length !== 5) return undefined;
  const [revision, lastSeq, ttlSeconds, createdAt, updatedAt] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { revision, lastSeq, ttlSeconds, createdAt, updatedAt };
}

/** The two fields of an older service. */
export const LEGACY_CORE = 'corememory';
export const LEGACY_HISTORY = 'chat_history';
