import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LegacyTexts } from './model/legacy-walk';

const FILE = join(__dirname, '..', 'fixtures', 'legacy-sessions.ndjson');
const OLD_PREFIX = 'session:';

interface StoredSession {
  readonly key: string;
  readonly fields: LegacyTexts;
}

/** Sessions as the older service stores them: id and the two fields. */
export function legacySessions(): [sessionId: string, fields: LegacyTexts][] {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { key, fields } = JSON.parse(line) as StoredSession;
    return [key.slice(OLD_PREFIX.length), fields];
  });
}
