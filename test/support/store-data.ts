import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { removeKeys, testRedisUrl, uniquePrefix } from './test-redis';

export type StoreKind = 'embedded' | 'redis';

/** A place for the data of one service: the variables that name it, and how it is removed. */
export interface StoreData {
  readonly settings: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

export function storeData(store: StoreKind): StoreData {
  return store === 'embedded' ? embeddedData() : redisData();
}

function embeddedData(): StoreData {
  const folder = mkdtempSync(join(tmpdir(), 'parley-service-'));
  return {
    settings: { STORE: 'embedded', DATA_DIR: folder },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function redisData(): StoreData {
  const url = testRedisUrl();
  const prefix = uniquePrefix();
  return {
    settings: { STORE: 'redis', REDIS_URL: url, KEY_PREFIX: prefix },
    remove: async () => {
      const redis = new Redis(url);
      await removeKeys(redis, prefix);
      redis.disconnect();
    },
  };
}
