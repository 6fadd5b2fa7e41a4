/**
 * The fields of a session, the same in the Redis hash and in the embedded store (docs/store-layout.md). Where a
 * name from outside is part of a field's name it stands last, so that no name can imitate another field.
 * apply-batch.lua uses the same names; test/contract holds the two together.
 */
export const FIELD = {
  /** Layout version; its presence says that Parley owns the session. */
  version: 'v',
  revision: 'revision',
  lastSeq: 'lastSeq',
  createdAt: 'createdAt',
  updatedAt: 'updatedAt',
  ttlSeconds: 'ttl',
  /** Present in what remains of an ended session. */
  endedAt: 'ended',
  message: (seq: number, agent: string) => `m:${seq}:${agent}`,
  /** What was heard of a truncated message; the message field keeps the whole. */
  heard: (seq: number) => `t:${seq}`,
  prompt: (agent: string) => `p:${agent}`,
  /** Number of the first message of a thread: tells a system prompt whether it replaces one. */
  first: (agent: string) => `f:${agent}`,
  context: (key: string) => `c:${key}`,
  slot: (name: string) => `s:${name}`,
  toolOutput: (tool: string) => `o:${tool}`,
  /** `count total min max` of a stage. */
  stageStats: (stage: string) => `ls:${stage}`,
  stageBucket: (bucket: number, stage: string) => `lb:${bucket}:${stage}`,
  stageRecent: (index: number, stage: string) => `lr:${index}:${stage}`,
  /** A run of samples of an older service. */
  run: (id: string) => `lg:${id}`,
  /** `revision firstSeq messages at fingerprint` of a remembered batch. */
  batch: (id: string) => `b:${id}`,
  /** Ring of remembered batch ids, by revision. */
  batchRing: (index: number) => `r:${index}`,
} as const;

export const LAYOUT_VERSION = '1';

/** The two fields of an older service. */
export const LEGACY_CORE = 'corememory';
export const LEGACY_HISTORY = 'chat_history';
