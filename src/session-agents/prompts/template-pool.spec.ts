import { isParleyError } from '../../common/parley-error';
import type { TemplateAnswer, TemplateTask } from './template-job';
import { TemplatePool } from './template-pool';

const BOUNDS = { maxCharacters: 1_000_000, maxMs: 500 };

/** A thread that is done when the test says so. */
class FakeThread {
  readonly ready = jest.fn(() => Promise.resolve());
  readonly stop = jest.fn(() => Promise.resolve());
  readonly texts: string[] = [];
  finish: (answer?: TemplateAnswer | Promise<never>) => void = () => undefined;

  run({ text }: TemplateTask): Promise<TemplateAnswer> {
    this.texts.push(text);
    return new Promise((resolve) => {
      this.finish = (answer = { text }) => resolve(answer);
    });
  }
}

const render = (text: string, scope = '{}'): TemplateTask => ({ kind: 'render', text, scope });
const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(1).then(() => undefined);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return isParleyError(error) ? error.code : JSON.stringify(error);
}

describe('TemplatePool', () => {
  let thread: FakeThread;
  let pool: TemplatePool;

  beforeEach(async () => {
    jest.useFakeTimers();
    thread = new FakeThread();
    pool = new TemplatePool([thread], BOUNDS);
    await settle();
  });
  afterEach(() => jest.useRealTimers());

  it('gives a thread one task at a time', async () => {
    const answers = ['one', 'two'].map((text) => pool.run(render(text)));
    await settle();
    expect(thread.texts).toEqual(['one']);
    thread.finish();
    await settle();
    expect(thread.texts).toEqual(['one', 'two']);
    thread.finish();
    expect(await Promise.all(answers)).toEqual([{ text: 'one' }, { text: 'two' }]);
  });

  it('gives a thread nothing before it has started', async () => {
    let start: () => void = () => undefined;
    thread.ready.mockImplementation(() => new Promise((resolve) => (start = resolve)));
    const answers = ['one', 'two'].map((text) => pool.run(render(text)));
    thread.finish();
    await settle();
    expect(thread.texts).toEqual(['one']);
    start();
    await settle();
    expect(thread.texts).toEqual(['one', 'two']);
    thread.finish();
    await Promise.all(answers);
  });

  it('gives up what waits too long, and does not blame the template', async () => {
    const first = pool.run(render('one'));
    const second = codeOf(pool.run(render('two')));
    await jest.advanceTimersByTimeAsync(BOUNDS.maxMs);
    expect(await second).toBe('templates_busy');
    thread.finish();
    expect(await first).toEqual({ text: 'one' });
    expect(thread.texts).toEqual(['one']);
  });

  it('refuses those of the text that has used most when too much waits', async () => {
    const running = pool.run(render('slow'));
    const waiting = [1, 2].map(() => codeOf(pool.run(render('slow', 'x'.repeat(300_000)))));
    await jest.advanceTimersByTimeAsync(100);
    thread.finish();
    await running;
    await settle();
    const short = pool.run(render('short', 'x'.repeat(700_000)));
    expect(await waiting[1]).toBe('templates_busy');
    thread.finish();
    await settle();
    thread.finish();
    expect(await short).toEqual({ text: 'short' });
    expect(thread.texts).toEqual(['slow', 'slow', 'short']);
  });

  it('keeps working after a task that failed', async () => {
    const failed = pool.run(render('one'));
    thread.finish(Promise.reject(new Error('stopped')));
    await expect(failed).rejects.toThrow('stopped');
    const next = pool.run(render('two'));
    await settle();
    thread.finish();
    expect(await next).toEqual({ text: 'two' });
  });

  it('ends what waits when it is closed, and starts no thread again', async () => {
    const [running, waiting] = [pool.run(render('one')), codeOf(pool.run(render('two')))];
    const { length } = thread.ready.mock.calls;
    await pool.close();
    expect(await waiting).toBe('templates_busy');
    thread.finish();
    await running;
    await settle();
    expect(thread.stop).toHaveBeenCalledTimes(1);
    expect(thread.ready).toHaveBeenCalledTimes(length);
  });
});
