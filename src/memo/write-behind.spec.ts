import { idle } from '../../test/memo/memo.harness';
import type { ParleyError } from '../common/parley-error';
import { MemoryBudget } from './memory-budget';
import { prepareOp } from './prepare-op';
import { type FormedBatch, WriteBehind } from './write-behind';

describe('WriteBehind', () => {
  it('moves any number of operations between its stages', async () => {
    const written: FormedBatch[] = [];
    const failures: ParleyError[] = [];
    let drained = false;
    const writer = new WriteBehind(
      {
        write: async (batch) => void written.push(batch),
        nextBatchId: () => 'id',
        onFormed: () => undefined,
        withdraw: async () => undefined,
        onReformed: () => undefined,
        onFailure: (error) => failures.push(error),
        onDrained: () => (drained = true),
      },
      new MemoryBudget(Infinity),
      () => 0,
    );
    const many = 200_000;
    const op = prepareOp({ op: 'setInterrupted', value: true });
    for (let part = 0; part < 2; part += 1) {
      for (let count = 0; count < many; count += 1) writer.add(op, 0);
      writer.persistBackground();
    }
    expect(writer.cancel()).toBe(true);
    await writer.persist();
    await idle();
    expect(written.reduce((sum, { ops }) => sum + ops.length, 0)).toBe(2 * many);
    expect({ drained, failures }).toEqual({ drained: true, failures: [] });
  });
});
