import { setTimeout as sleep } from 'node:timers/promises';

import { isParleyError, type ParleyError } from '../../common/parley-error';
import { PromptRenderer } from './prompt-renderer';

const LIMITS = { maxCharacters: 64 * 1024, renderTimeoutMs: 200, memoryLimit: 1_000_000 };

const DOUBLED = '{% for i in (1..15) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}';
/** One expression that searches texts in texts for a minute: no limit of the engine reaches into it. */
const BOMB =
  `{% assign a = "a" %}${DOUBLED}{% assign text = a | append: a | append: a | append: a %}` +
  '{% assign half = a | slice: 0, 16000 %}{% assign sought = half | append: "b" | append: half %}' +
  `{% if ${Array.from({ length: 200 }, () => 'text contains sought').join(' or ')} %}{% endif %}`;

async function failureOf(promise: Promise<unknown>): Promise<ParleyError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!isParleyError(error)) throw new Error('a ParleyError was expected', { cause: error });
  return error;
}

const opened: PromptRenderer[] = [];
afterAll(() => Promise.all(opened.map((renderer) => renderer.onApplicationShutdown())));

function open(limits: Partial<typeof LIMITS> = {}): PromptRenderer {
  const renderer = new PromptRenderer({ templates: { ...LIMITS, ...limits } });
  opened.push(renderer);
  return renderer;
}

describe('PromptRenderer', () => {
  const renderer = open();
  /** Leaves threads the time to start again on a busy machine. */
  const patient = open({ renderTimeoutMs: 2000 });

  it('renders a template with the values of a scope', async () => {
    const scope = Object.freeze({ caller_name: 'Ada', slots: Object.freeze({ amount: 12.5 }) });
    expect(await renderer.render('Hello {{ caller_name }}: {{ slots.amount }}.', scope)).toBe('Hello Ada: 12.5.');
    expect(await renderer.render('{% raw %}{{ as it is }}{% endraw %}', {})).toBe('{{ as it is }}');
  });

  it('gives no value of one rendering to the next', async () => {
    const text = '{{ seen }}{% assign seen = "before" %}{% increment count %}';
    for (let round = 0; round < 4; round += 1) expect(await renderer.render(text, {})).toBe('0');
  });

  it('takes any number of renderings at once', async () => {
    const numbers = Array.from({ length: 50 }, (_, number) => number);
    const texts = await Promise.all(numbers.map((number) => renderer.render('{{ n | times: 2 }}', { n: number })));
    expect(texts).toEqual(numbers.map((number) => String(number * 2)));
  });

  it('lets a correct template pass, and reports faults under the path it is given', async () => {
    await expect(renderer.check('Hello {{ caller_name | default: "there" }}', '/prompt')).resolves.toBeUndefined();
    const error = await failureOf(renderer.check('Hello\n{{ name | nope }} {% if a %}', '/agents/0/greeting'));
    expect(error.code).toBe('template_invalid');
    expect(error.errors).toEqual([
      { path: '/agents/0/greeting', message: 'line 2, column 11: unknown filter "nope"' },
      { path: '/agents/0/greeting', message: 'line 2, column 19: the tag "if" is not closed' },
    ]);
  });

  it('reports a text that is too long, template or not', async () => {
    const error = await failureOf(renderer.check('a'.repeat(65_537), '/prompt'));
    expect(error).toMatchObject({ code: 'template_invalid', errors: [{ path: '/prompt' }] });
    expect(error.errors?.[0]?.message).toContain('is longer than 65536 characters (TEMPLATE_MAX_CHARACTERS)');
  });

  it('says which limit ended a rendering, and what it is set to', async () => {
    const failures = await Promise.all([
      failureOf(renderer.render('{% for i in (1..100000000) %}x{% endfor %}', {})),
      failureOf(renderer.render(`{% for i in (1..90000) %}${'{{ i | plus: i }}'.repeat(100)}{% endfor %}`, {})),
    ]);
    for (const { code } of failures) expect(code).toBe('template_failed');
    expect(failures.map(({ message }) => message)).toEqual([
      'The template cannot be rendered: makes more than 1000000 characters and list items (TEMPLATE_MEMORY_LIMIT)',
      expect.stringMatching(/takes longer than 200 ms to render \(TEMPLATE_RENDER_TIMEOUT_MS\)|TEMPLATE_MEMORY_LIMIT/),
    ]);
  });

  it('says where a rendering failed, and quotes no value', async () => {
    const scope = { zone: 'secret zone', when: '2026-01-01' };
    const error = await failureOf(renderer.render('\n {{ when | date: "%Y", zone }}', scope));
    expect(error.code).toBe('template_failed');
    expect(error.message).toMatch(/: line 2, column 2: a value cannot be used as it is \(RangeError\)$/);
    expect((await failureOf(renderer.render('{{ a | nope }}', {}))).message).toMatch(
      /line 1, column 8: unknown filter/,
    );
  });

  it('stops a thread that its limits do not reach, while the event loop turns and others are served', async () => {
    await renderer.render('{{ warm }}', {});
    const bomb = failureOf(renderer.render(BOMB, {}));
    let longest = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    for (let round = 0; round < 10; round += 1) {
      expect(await renderer.render('Hello {{ name }}', { name: round })).toBe(`Hello ${round}`);
      await sleep(20);
    }
    const error = await bomb;
    clearInterval(ticks);
    expect(error).toMatchObject({ code: 'template_failed', retryable: false });
    expect(error.message).toBe('The template cannot be rendered: was not done within 1200 ms and has been stopped');
    expect(longest).toBeLessThan(600);
  });

  it('serves who waits for threads that are all stopped', async () => {
    await patient.render('{{ warm }}', {});
    const bombs = [BOMB, `${BOMB} `].map((text) => failureOf(patient.render(text, {})));
    await sleep(2500);
    expect(await patient.render('Hello {{ name }}', { name: 'Ada' })).toBe('Hello Ada');
    for (const { code } of await Promise.all(bombs)) expect(code).toBe('template_failed');
  });

  it('parses in a thread too, because parsing can take long as well', async () => {
    const large = open({ maxCharacters: 4 * 1024 * 1024 });
    await large.render('{{ warm }}', {});
    const started = performance.now();
    const error = await failureOf(large.check('{{ a }}'.repeat(500_000), '/prompt'));
    expect(error.code).toBe('template_failed');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('refuses values that are too many to be given to a thread', async () => {
    const error = await failureOf(renderer.render('{{ text | size }}', { text: 'x'.repeat(4 * 1024 * 1024) }));
    expect(error).toMatchObject({ code: 'template_failed' });
    expect(error.message).toMatch(/has values of more than 4194304 characters$/);
  });

  it('does not run out of memory with the largest values and the longest lists', async () => {
    const list = Array.from({ length: 300_000 }, (_, n) => ({ n }));
    const text =
      '{% assign groups = list | group_by: "n" %}{% assign again = groups | group_by: "name" %}{{ again | size }}';
    expect(await open({ renderTimeoutMs: 20_000 }).render(text, { list })).toBe('300000');
  });
});

describe('PromptRenderer at its end', () => {
  it('gives back a text without Liquid as it is, and needs no thread for it', async () => {
    const closed = open();
    await closed.onApplicationShutdown();
    expect(await closed.render('Hello { you }', {})).toBe('Hello { you }');
    await expect(closed.check('Hello', '/greeting')).resolves.toBeUndefined();
    expect((await failureOf(closed.render('{{ a }}', {}))).code).toBe('shutting_down');
  });

  it('ends what is under way', async () => {
    const closing = open();
    await closing.render('{{ warm }}', {});
    const failures = Array.from({ length: 4 }, () => failureOf(closing.render(BOMB, {})));
    await sleep(50);
    await closing.onApplicationShutdown();
    for (const { code } of await Promise.all(failures)) expect(code).toBe('shutting_down');
  });

  it('ends while it starts', async () => {
    const closing = open();
    const failure = failureOf(closing.render('{{ a }}', {}));
    await closing.onApplicationShutdown();
    expect((await failure).code).toBe('shutting_down');
  });
});
