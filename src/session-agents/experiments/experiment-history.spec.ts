import type { Experiment, ExperimentHistoryEntry } from './experiment';
import { withEntry } from './experiment-history';

const entry = (at: number, text = ''): ExperimentHistoryEntry => ({
  at,
  actor: 'ada',
  source: 'admin',
  action: 'update',
  note: null,
  before: { description: '' },
  after: { description: text },
});
const grown = (entries: readonly ExperimentHistoryEntry[]) =>
  entries.reduce(withEntry, { history: [], updatedAt: 0 } as unknown as Experiment);
const times = ({ history }: Experiment) => history.map(({ at }) => at);

describe('the history of an experiment', () => {
  it('keeps the last hundred entries, and says when the last one was made', () => {
    const experiment = grown(Array.from({ length: 120 }, (_, at) => entry(at)));
    expect(times(experiment)).toEqual(Array.from({ length: 100 }, (_, index) => index + 20));
    expect(experiment.updatedAt).toBe(119);
  });

  it('drops older entries where they are long, but never the newest', () => {
    const long = (at: number) => entry(at, 'x'.repeat(100 * 1024));
    expect(times(grown([entry(0), long(1), long(2), long(3), entry(4)]))).toEqual([2, 3, 4]);
    expect(times(grown([entry(0), entry(1, 'x'.repeat(300 * 1024))]))).toEqual([1]);
    expect(times(grown([entry(1, 'x'.repeat(300 * 1024)), entry(2)]))).toEqual([2]);
  });
});
