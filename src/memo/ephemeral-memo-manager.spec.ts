import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '../../test/support/manual-clock';
import { EphemeralMemoManager } from './ephemeral-memo-manager';
import { MemoManager } from './memo-manager';
import { SessionMemory } from './session-memory';

const PERSISTENCE = ['persist', 'persistBackground', 'flushPendingPersist', 'cancelPendingPersist', 'close', 'refresh'];

function methodsOf(type: { prototype: object }): string[] {
  return Object.getOwnPropertyNames(type.prototype);
}

describe('EphemeralMemoManager', () => {
  it('has the vocabulary of a memo and nothing of its persistence', () => {
    const memo = new EphemeralMemoManager('dry-run', new ManualClock());
    expect(memo).toBeInstanceOf(SessionMemory);
    for (const name of PERSISTENCE) {
      expect(methodsOf(MemoManager)).toContain(name);
      expect(name in memo).toBe(false);
    }
  });

  it('holds nothing from which a store can be reached', () => {
    const clock = new ManualClock();
    const memo = new EphemeralMemoManager('dry-run', clock);
    memo.appendToHistory('a', 'user', 'Hi.');
    const seen = new Set<unknown>();
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      expect('apply' in value).toBe(false);
      const inside = value instanceof Map ? [...value.keys(), ...value.values()] : Object.values(value);
      for (const member of inside) visit(member);
    };
    visit(memo);
    expect(seen.has(clock)).toBe(true);
  });

  it('imports neither a store nor anything that has one', () => {
    const importsOf = (file: string) =>
      [...readFileSync(join(__dirname, `${file}.ts`), 'utf8').matchAll(/^import (?!type).* from '(.*)';/gm)].map(
        ([, path]) => path,
      );
    const files = ['ephemeral-memo-manager', 'session-memory', 'session-view', 'chat-history', 'core-memory'];
    for (const path of files.flatMap(importsOf)) {
      expect(path).not.toMatch(/session-store|memo-manager|write-behind|session-mirror|store\.module|redis|embedded/);
    }
  });

  it('numbers messages as a store would, over all agents', () => {
    const memo = new EphemeralMemoManager('dry-run', new ManualClock());
    memo.appendToHistory('a', 'user', 'one');
    memo.appendToHistory('b', 'user', 'two');
    memo.appendToHistory('a', 'assistant', 'three');
    expect(memo.getHistory('a').map(({ seq }) => seq)).toEqual([1, 3]);
    memo.truncateMessage(3, 'thr');
    expect(memo.getHistory('a').at(-1)).toMatchObject({ content: 'thr', meta: { generated: 'three' } });
    expect(memo.revision).toBe(4);
  });
});
