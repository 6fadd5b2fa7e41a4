import { SharedWait } from './shared-wait';

describe('a wait for replicas', () => {
  const answers: ((count: number) => void)[] = [];
  const wait = new SharedWait(() => new Promise((resolve) => answers.push(resolve)));
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('is one for all writes that came before it, and a later write waits for the next', async () => {
    const first = [wait.count(), wait.count()];
    await turn();
    const later = [wait.count(), wait.count()];
    await turn();
    expect(answers).toHaveLength(1);
    answers[0]?.(1);
    expect(await Promise.all(first)).toEqual([1, 1]);
    await turn();
    expect(answers).toHaveLength(2);
    answers[1]?.(2);
    expect(await Promise.all(later)).toEqual([2, 2]);
  });

  it('goes on after one that failed', async () => {
    const failing = new SharedWait(jest.fn().mockRejectedValueOnce(new Error('closed')).mockResolvedValueOnce(1));
    const failed = failing.count();
    await expect(failed).rejects.toThrow('closed');
    expect(await failing.count()).toBe(1);
  });
});
