import { until } from '../support/until';
import { ADMIN, experiment, onBothStores } from './experiments.harness';

onBothStores('the experiments that a process knows', (world) => {
  const running = () => world().two.registry.running();
  const ids = () => running().map(({ id }) => id);

  it('are those that another process defines, changes and removes', async () => {
    const { service } = world().one;
    await service.create(experiment('greeting'), ADMIN);
    expect(world().one.registry.get('greeting')?.status).toBe('running');
    await until(() => ids().includes('greeting'));
    await service.update('greeting', { traffic: 0.25 }, ADMIN);
    await until(() => running()[0]?.traffic === 0.25);
    await service.update('greeting', { status: 'paused' }, ADMIN);
    await until(() => ids().length === 0);
    expect(world().two.registry.get('greeting')?.status).toBe('paused');
    await service.update('greeting', { status: 'ended' }, ADMIN);
    await service.remove('greeting', ADMIN);
    await until(() => world().two.registry.get('greeting') === undefined);
  });

  it('are in the order of their creation, and by id where that is the same', async () => {
    const { service } = world().one;
    await service.create(experiment('b'), ADMIN);
    await service.create(experiment('a'), ADMIN);
    world().clock.advance(1);
    await service.create(experiment('0'), ADMIN);
    await service.create(experiment('draft', { status: 'draft' }), ADMIN);
    await world().two.registry.refresh();
    expect(ids()).toEqual(['a', 'b', '0']);
    expect((await world().two.service.list()).map(({ id }) => id)).toEqual(['a', 'b', '0', 'draft']);
  });

  it('are the same after a restart', async () => {
    await world().one.service.create(experiment('greeting'), ADMIN);
    const { process } = world().another();
    await process.start();
    expect(process.registry.running()).toEqual(world().one.registry.running());
  });

  it('are none while the store has not answered yet, and are there once it has', async () => {
    await world().one.service.create(experiment('greeting'), ADMIN);
    const { process, outage } = world().another();
    outage.away = true;
    await process.start();
    expect(process.registry.running()).toEqual([]);
    expect(await process.open('early')).toBeUndefined();
    outage.away = false;
    await until(() => process.registry.running().length === 1);
    await world().one.service.update('greeting', { status: 'paused' }, ADMIN);
    await until(() => process.registry.running().length === 0);
  });

  it('stay as they were while the store is away, and catch up', async () => {
    await world().one.service.create(experiment('greeting'), ADMIN);
    const { process, outage } = world().another();
    await process.start();
    outage.away = true;
    await world().one.service.update('greeting', { status: 'paused' }, ADMIN);
    await process.registry.refresh();
    expect(process.registry.running()).toHaveLength(1);
    outage.away = false;
    await until(() => process.registry.running().length === 0);
  });

  it('do without a document that cannot be read', async () => {
    await world().shared.writeDocument('experiments', 'strange', { status: 'of another release' }, 0);
    await world().one.service.create(experiment('greeting'), ADMIN);
    await world().two.registry.refresh();
    expect(ids()).toEqual(['greeting']);
    expect((await world().one.service.list()).map(({ id }) => id)).toEqual(['greeting']);
  });

  it('are read no more once the process stops', async () => {
    const { process } = world().another();
    await process.start();
    await process.stop();
    await world().one.service.create(experiment('greeting'), ADMIN);
    await process.registry.refresh();
    expect(process.registry.running()).toEqual([]);
  });
});
