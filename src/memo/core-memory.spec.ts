import type { Op } from '../store/ops';
import { emptyState } from '../store/session-state';
import { CoreMemory } from './core-memory';

describe('CoreMemory', () => {
  const stored = () => {
    const state = emptyState('s');
    state.context.set('tier', 'gold').set('caller', { name: 'Ada' });
    state.slots.set('city', 'Rome');
    state.toolOutputs.set('search', 1);
    return state;
  };

  it('lays changes over what is stored without touching it', () => {
    const state = stored();
    const core = new CoreMemory(state);
    const ops: Op[] = [
      { op: 'deleteContext', key: 'tier' },
      { op: 'mergeContext', key: 'caller', value: { vip: true } },
      { op: 'setSlots', slots: { city: 'Oslo', nights: 1 } },
      { op: 'setToolOutput', tool: 'search', output: 2 },
    ];
    for (const op of ops) core.lay(op);
    expect([...core.contextEntries()]).toEqual([['caller', { name: 'Ada', vip: true }]]);
    expect(Object.fromEntries(core.slotEntries())).toEqual({ city: 'Oslo', nights: 1 });
    expect([...core.toolOutputEntries()]).toEqual([['search', 2]]);
    expect(state).toEqual(stored());
  });

  it('sets again what it has deleted', () => {
    const core = new CoreMemory(stored());
    core.lay({ op: 'deleteContext', key: 'tier' });
    core.lay({ op: 'setContext', key: 'tier', value: 'silver' });
    expect(core.getContext('tier')).toBe('silver');
    expect(core.contextEntries().size).toBe(2);
  });

  it('merges one level deep, and replaces what is no object', () => {
    const core = new CoreMemory(stored());
    core.lay({ op: 'setContext', key: 'deep', value: { a: { x: 1 }, b: 1 } });
    core.lay({ op: 'mergeContext', key: 'deep', value: { a: { y: 2 } } });
    core.lay({ op: 'mergeContext', key: 'tier', value: { level: 1 } });
    expect(core.getContext('deep')).toEqual({ a: { y: 2 }, b: 1 });
    expect(core.getContext('tier')).toEqual({ level: 1 });
  });

  it('drops what lay on top when the ground moves', () => {
    const core = new CoreMemory(stored());
    core.lay({ op: 'setContext', key: 'tier', value: 'silver' });
    core.lay({ op: 'setSlots', slots: { nights: 1 } });
    core.layOn(stored());
    expect(core.getContext('tier')).toBe('gold');
    expect(core.getSlot('nights')).toBeUndefined();
  });
});
