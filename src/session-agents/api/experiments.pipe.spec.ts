import { isParleyError } from '../../common/parley-error';
import { ExperimentChangesDto, NewExperimentDto } from './experiments.dto';
import { ExperimentPipe } from './experiments.pipe';

const pipe = new ExperimentPipe();
const created = (value: unknown) => pipe.transform(value, { type: 'body', metatype: NewExperimentDto });
const changed = (value: unknown) => pipe.transform(value, { type: 'body', metatype: ExperimentChangesDto });

const MINIMAL = { id: 'one', agent: 'Concierge', variants: [{ name: 'a', weight: 1 }] };

async function faults(promise: Promise<unknown>): Promise<readonly (string | undefined)[]> {
  try {
    await promise;
    return [];
  } catch (error) {
    if (!isParleyError(error, 'validation_failed')) throw error;
    return (error.errors ?? []).map(({ path }) => path);
  }
}

describe('the body of an experiment', () => {
  it('comes out as it was given, without members that are absent', async () => {
    const full = {
      ...MINIMAL,
      description: 'x',
      variants: [{ name: 'a', weight: 0.5, overrides: { prompt: 'Hi', templateVars: { constructor: 1 } } }],
      control: 'a',
      traffic: 0,
      status: 'running',
      guardRails: [{ stage: 'llm', percentile: 'p99', bound: 0, ratioToControl: 1.5, minSamples: 1 }],
      note: 'why',
    };
    expect(await created(MINIMAL)).toStrictEqual(MINIMAL);
    expect(await created(full)).toStrictEqual(full);
    expect(await changed({ status: 'ended' })).toStrictEqual({ status: 'ended' });
    expect(await changed({})).toStrictEqual({});
  });

  it.each<[string, unknown]>([
    ['', []],
    ['/more', { ...MINIMAL, more: 1 }],
    ['/id', { ...MINIMAL, id: 'a b' }],
    ['/id', { ...MINIMAL, id: 'x'.repeat(65) }],
    ['/id', { ...MINIMAL, id: null }],
    ['/id', { ...MINIMAL, id: '.' }],
    ['/id', { ...MINIMAL, id: '..' }],
    ['/agent', { ...MINIMAL, agent: '' }],
    ['/traffic', { ...MINIMAL, traffic: 1.1 }],
    ['/traffic', { ...MINIMAL, traffic: '1' }],
    ['/status', { ...MINIMAL, status: 'ended' }],
    ['/control', { ...MINIMAL, control: null }],
    ['/note', { ...MINIMAL, note: 5 }],
    ['/variants', { ...MINIMAL, variants: [] }],
    ['/variants', { ...MINIMAL, variants: {} }],
    ['/variants', { ...MINIMAL, variants: Array(17).fill({ name: 'a', weight: 1 }) }],
    ['/variants/0', { ...MINIMAL, variants: [null] }],
    [
      '/variants/1/weight',
      {
        ...MINIMAL,
        variants: [
          { name: 'a', weight: 1 },
          { name: 'b', weight: 0 },
        ],
      },
    ],
    ['/variants/0/weight', { ...MINIMAL, variants: [{ name: 'a', weight: 1e7 }] }],
    ['/variants/0/name', { ...MINIMAL, variants: [{ weight: 1 }] }],
    ['/variants/0/share', { ...MINIMAL, variants: [{ name: 'a', weight: 1, share: 1 }] }],
    ['/variants/0/overrides', { ...MINIMAL, variants: [{ name: 'a', weight: 1, overrides: [] }] }],
    ['/guardRails', { ...MINIMAL, guardRails: Array(17).fill({ stage: 'a', bound: 1, minSamples: 1 }) }],
    ['/guardRails/0/minSamples', { ...MINIMAL, guardRails: [{ stage: 'a', bound: 1, minSamples: 0.5 }] }],
    ['/guardRails/0/stage', { ...MINIMAL, guardRails: [{ stage: 'a\n', bound: 1, minSamples: 1 }] }],
    ['/guardRails/0/percentile', { ...MINIMAL, guardRails: [{ stage: 'a', percentile: 'p42', minSamples: 1 }] }],
    ['/guardRails/0/metric', { ...MINIMAL, guardRails: [{ metric: 'tokens', bound: 1, minSamples: 1 }] }],
    ['/guardRails/0/bound', { ...MINIMAL, guardRails: [{ stage: 'a', bound: -1, minSamples: 1 }] }],
    ['/guardRails/0/ratioToControl', { ...MINIMAL, guardRails: [{ stage: 'a', ratioToControl: 0, minSamples: 1 }] }],
  ])('is refused at "%s" where it is wrong there', async (path, body) => {
    expect(await faults(created(body))).toContain(path);
  });

  it('is told all that is wrong with the items of its lists', async () => {
    const body = { variants: [{ name: 'a' }, { weight: 1 }], guardRails: [{}] };
    const paths = await faults(changed(body));
    expect(paths).toEqual(
      expect.arrayContaining(['/variants/0/weight', '/variants/1/name', '/guardRails/0/minSamples']),
    );
  });
});
