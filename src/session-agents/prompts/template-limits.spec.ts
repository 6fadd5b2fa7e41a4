import type { JsonObject } from '../../common/json';
import { checkTemplate } from './check-template';
import { renderTemplate } from './render-template';
import { createTemplateEngine } from './template-engine';
import { parseTemplate } from './template-parser';

const LIMITS = { maxCharacters: 64 * 1024, renderTimeoutMs: 20_000, memoryLimit: 100_000 };
const HASTY = { ...LIMITS, renderTimeoutMs: 200 };

const TOO_MUCH = 'makes more than 100000 characters and list items (TEMPLATE_MEMORY_LIMIT)';
const TOO_SLOW = 'takes longer than 200 ms to render (TEMPLATE_RENDER_TIMEOUT_MS)';

function outcome(text: string, scope: JsonObject = {}, limits = LIMITS): string {
  const engine = createTemplateEngine(limits);
  expect(checkTemplate(engine, text)).toEqual([]);
  const rendering = renderTemplate(engine, parseTemplate(engine, text).template, scope, limits);
  return 'text' in rendering ? rendering.text : rendering.failure;
}

const repeat = (times: number, body: string): string => `{% for i in (1..${times}) %}${body}{% endfor %}`;
/** Makes `text` a text of about 2^15 characters. */
const LONG = '{% assign text = "a" %}' + repeat(15, '{% capture text %}{{ text }}{{ text }}{% endcapture %}');

describe('the limits of templates', () => {
  it.each([
    ['a huge range', '{% for i in (1..100000000) %}x{% endfor %}'],
    ['a huge range as a value', '{{ (1..100000000) | size }}'],
    ['a text doubled by a filter', '{% assign a = "a" %}' + repeat(40, '{% assign a = a | append: a %}')],
    [
      'a text doubled by a capture',
      '{% assign a = "a" %}' + repeat(40, '{% capture a %}{{ a }}{{ a }}{% endcapture %}'),
    ],
    ['a long text written often', LONG + repeat(10, '{{ text }}')],
    ['a list doubled', '{% assign a = "a,b" | split: "," %}' + repeat(40, '{% assign a = a | concat: a %}')],
    ['a text padded', '{{ 0 | date: "%99999999Y" }}'],
    ['a text replaced by longer ones', LONG + '{{ text | replace: "a", text }}'],
    [
      'a list that holds one long text often',
      LONG + '{% assign l = text | split: "|" %}{{ l | concat: l | concat: l | concat: l }}',
    ],
    ['a list written as one text', '{% assign l = (1..9) %}' + repeat(30, '{% assign l = l | push: l %}') + '{{ l }}'],
  ])('end %s', (_, text) => {
    expect(outcome(text)).toBe(TOO_MUCH);
  });

  it('bound what a text is made of implicitly', () => {
    const list = LONG + '{% assign l = text | split: "|" %}' + repeat(12, '{% assign l = l | concat: l %}');
    expect(outcome(`${list}{% if "a" contains l %}{% endif %}`)).toBe(TOO_MUCH);
  });

  it.each([
    ['nested loops', repeat(300, repeat(300, repeat(300, '')))],
    ['many steps', repeat(9000, '{{ i }}{{ j }}{{ k }}'.repeat(3) + '{% if i %}{% endif %}'.repeat(200))],
    ['slow filters one after the other', `{{ (1..900) ${'| sample: 900 | sort_natural'.repeat(2000)} | size }}`],
  ])('end %s', (_, text) => {
    const started = performance.now();
    expect([TOO_SLOW, TOO_MUCH]).toContain(outcome(text, {}, HASTY));
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('end a loop that only takes time, by its time', () => {
    expect(outcome(repeat(30, repeat(300, '{% if i %}{% endif %}'.repeat(500))), {}, HASTY)).toBe(TOO_SLOW);
  });

  it.each(['(9007199254740992..9007199254740996)', '(low..high)', '("-9007199254740999"..1)', '(1..endless)'])(
    'refuse a range of numbers that cannot be counted: %s',
    (range) => {
      const scope = { low: 2 ** 53, high: '9007199254740999', endless: '1e400' };
      const message = /^line 1, column \d: a range has a bound that is too large$/;
      expect(outcome(`{% for i in ${range} %}x{% endfor %}`, scope)).toMatch(message);
      expect(outcome(`{{ 1 | concat: ${range} | size }}`, scope)).toMatch(message);
      expect(outcome(`{{ ${range}.size }}`, scope)).toMatch(message);
      expect(outcome(`{% assign x = ${range} %}`, scope)).toMatch(message);
      expect(
        outcome(`{% case 1 %}{% when ${range} %}{% endcase %}{{ list[${range}] }}`, { ...scope, list: [1] }),
      ).toMatch(message);
    },
  );

  it('let ordinary ranges be, whatever their bounds come from', () => {
    const text =
      '{% for i in (1..3) %}{{ i }}{% endfor %}{% for i in (low..high) %}{{ i }}{% endfor %}{{ (3..1).size }}';
    expect(outcome(text, { low: '4', high: 5 })).toBe('123450');
    expect(
      outcome('{% for i in (none..2) %}{{ i }}{% endfor %}|{% for i in (1..word) %}x{% endfor %}', { word: 'w' }),
    ).toBe('|');
  });

  it('end lists that nest without end', () => {
    const text =
      '{% assign l = "a" | split: "," %}' + repeat(150, '{% assign m = "" | split: "," %}{% assign l = m | push: l %}');
    expect(outcome(text)).toMatch(/lists nest too deep$/);
  });

  it('hold for each rendering anew', () => {
    for (let round = 0; round < 5; round += 1) expect(outcome(LONG + '{{ text | size }}')).toBe('32768');
  });
});
