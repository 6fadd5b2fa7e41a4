import { setTimeout as sleep } from 'node:timers/promises';
import { Piscina } from 'piscina';

import { isParleyError } from '../../src/common/parley-error';
import { PromptRenderer } from '../../src/session-agents/prompts/prompt-renderer';

const LIMITS = { maxCharacters: 64 * 1024, renderTimeoutMs: 100, memoryLimit: 1_000_000 };

const repeat = (times: number, body: string): string => `{% for i in (1..${times}) %}${body}{% endfor %}`;
/** Takes time until the engine ends it at its limit. */
const SLOW = repeat(30, repeat(300, '{% if i %}{% endif %}'.repeat(500)));
const DOUBLED = repeat(15, '{% capture a %}{{ a }}{{ a }}{% endcapture %}');
/** No limit of the engine reaches into it: its thread has to be stopped. */
const STUCK =
  `{% assign a = "a" %}${DOUBLED}{% assign text = a | append: a | append: a | append: a %}` +
  '{% assign half = a | slice: 0, 16000 %}{% assign sought = half | append: "b" | append: half %}' +
  `{% if ${Array.from({ length: 200 }, () => 'text contains sought').join(' or ')} %}{% endif %}`;

const opened: PromptRenderer[] = [];
afterEach(() => Promise.all(opened.splice(0).map((renderer) => renderer.onApplicationShutdown())));

function open(): PromptRenderer {
  const renderer = new PromptRenderer({ templates: LIMITS });
  opened.push(renderer);
  return renderer;
}

/** The code each of them failed with. */
function codesOf(renderings: readonly Promise<string>[]): Promise<readonly string[]> {
  const codeOf = (error: unknown) => (isParleyError(error) ? error.code : String(error));
  return Promise.all(renderings.map((rendering) => rendering.then(() => 'rendered', codeOf)));
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const greet = (renderer: PromptRenderer, name: number): Promise<string> => renderer.render('Hi {{ name }}', { name });

describe('renderings of several sessions', () => {
  it('are done within two seconds while one slow template is rendered 40 times', async () => {
    const renderer = open();
    await greet(renderer, 0);
    const started = performance.now();
    const both = times(20, (name) => {
      const slow = [renderer.render(SLOW, {}), renderer.render(SLOW, {})];
      return { slow: codesOf(slow), short: greet(renderer, name) };
    });
    expect(await Promise.all(both.map(({ short }) => short))).toEqual(times(20, (name) => `Hi ${name}`));
    expect(performance.now() - started).toBeLessThan(2000);
    expect((await Promise.all(both.map(({ slow }) => slow))).flat()).toEqual(times(40, () => 'template_failed'));
  });

  it('succeed while a few others keep stopping their threads, over and over', async () => {
    const renderer = open();
    await greet(renderer, 0);
    void codesOf(times(18, (index) => renderer.render(STUCK + ' '.repeat(index % 3), {})));
    for (let round = 0; round < 2; round += 1) {
      await sleep(300);
      expect(await Promise.all(times(5, (name) => greet(renderer, name)))).toEqual(times(5, (name) => `Hi ${name}`));
    }
  });

  it('start their threads again when they could not start once', async () => {
    const renderer = open();
    const run = jest.spyOn(Piscina.prototype, 'run');
    for (let start = 0; start < 3; start += 1) run.mockRejectedValueOnce(new Error('no thread'));
    await expect(greet(renderer, 1)).rejects.toThrow('no thread');
    expect(await greet(renderer, 2)).toBe('Hi 2');
    run.mockRestore();
  });
});
