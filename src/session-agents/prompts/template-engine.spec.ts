import type { JsonObject } from '../../common/json';
import { checkTemplate } from './check-template';
import { renderTemplate } from './render-template';
import { createTemplateEngine } from './template-engine';
import { parseTemplate } from './template-parser';

const LIMITS = { maxCharacters: 64 * 1024, renderTimeoutMs: 1000, memoryLimit: 1_000_000 };
const engine = createTemplateEngine(LIMITS);

function render(text: string, scope: JsonObject = {}): string {
  const { template, issues } = parseTemplate(engine, text);
  if (issues.length > 0) throw new Error(`The template has faults: ${issues.map(({ message }) => message).join()}`);
  const rendering = renderTemplate(engine, template, scope, LIMITS);
  return 'text' in rendering ? rendering.text : `failed: ${rendering.failure}`;
}

describe('the template engine', () => {
  it('renders values, filters, loops and conditions, without escaping anything', () => {
    const scope = { name: 'Ada & Co <x>', accounts: [{ last_4: '3017' }, { last_4: '8842' }], tier: 'Gold' };
    const text =
      '{{ name }}: {% for account in accounts %}{{ account.last_4 }}{% unless forloop.last %}, {% endunless %}' +
      '{% endfor %}{% if tier == "Gold" and accounts.size > 1 %} ({{ tier | upcase }}){% endif %}';
    expect(render(text, scope)).toBe('Ada & Co <x>: 3017, 8842 (GOLD)');
  });

  it('renders nothing for what is not there', () => {
    expect(render('[{{ nobody.home.at[0] }}{{ name | default: "you" }}]')).toBe('[you]');
  });

  it('writes texts, numbers, lists and objects as Liquid does', () => {
    const scope = { values: [1, 'two', [3, null], true], object: { a: [1] } };
    expect(render('{{ values }}|{{ object }}|{{ object | json }}', scope)).toBe('1two3true|[object Object]|{"a":[1]}');
  });

  it.each([
    '{{ "".constructor }}',
    '{{ name.constructor.constructor }}',
    '{{ constructor.constructor }}',
    '{{ __proto__ }}{{ __proto__.polluted }}',
    '{{ object.__proto__ }}{{ object["__proto__"]["constructor"] }}',
    '{{ list.constructor }}{{ list.map }}{{ list["filter"] }}',
    '{{ list | map: "constructor" }}{{ list | where: "constructor" }}{{ object | sum: "__proto__" | minus: 0 | slice: 9 }}',
    '{{ process.env.PATH }}{{ globalThis }}{{ global.process }}{{ require }}{{ this }}{{ context }}{{ liquid }}',
    '{% assign key = "constructor" %}{{ object[key] }}{{ name[key][key] }}',
  ])('reaches nothing but the values it was given: %s', (text) => {
    expect(render(text, { name: 'Ada', list: [1], object: {} })).toBe('');
  });

  it.each(['forloop.constructor', 'forloop.__proto__.constructor', 'nil.constructor', 'empty.constructor'])(
    'cannot call the class behind %s',
    (drop) => {
      expect(render(`{% for i in (1..1) %}{{ ${drop} }}{% endfor %}`)).toBe(
        'failed: line 1, column 25: a value cannot be used as it is (TypeError)',
      );
    },
  );

  it('changes no prototype, whatever its variables are called', () => {
    render('{% assign __proto__ = "x" %}{% capture constructor %}x{% endcapture %}{% increment __proto__ %}', {});
    render('{% for __proto__ in (1..2) %}{% decrement constructor %}{{ forloop.__proto__.next }}{% endfor %}', {});
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(12);
    expect(render('{% for i in (1..2) %}{{ forloop.index }}{% endfor %}{{ a }}')).toBe('12');
  });

  it('takes keys of data that are called like members of objects for data', () => {
    const scope = JSON.parse('{"constructor":"c","o":{"__proto__":{"a":"p"},"size":"s"}}') as JsonObject;
    expect(render('{{ constructor }}{{ o.__proto__.a }}{{ o.size }}', scope)).toBe('cps');
  });

  it.each([
    "{% include '/etc/passwd' %}",
    '{% include file %}',
    "{% render '../../package.json' %}",
    '{% layout "x" %}',
  ])('reads no file: %s', (text) => {
    const [issue] = checkTemplate(engine, `text\n  ${text}`);
    expect(issue).toMatchObject({ line: 2, column: 3 });
    expect(issue?.message).toMatch(/^the tag "(include|render|layout)" cannot be used: a template reads no others$/);
  });

  it('does not read a text as an expression', () => {
    const names = ['where_exp', 'reject_exp', 'group_by_exp', 'has_exp', 'find_exp', 'find_index_exp'];
    for (const name of names) {
      expect(checkTemplate(engine, `{{ list | ${name}: "item", slots.told }}`)).toEqual([
        { line: 1, column: 11, message: `unknown filter "${name}"` },
      ]);
    }
  });

  it('does not render what a value holds', () => {
    expect(render('{{ said }}', { said: '{{ secret }}{% raw %}', secret: 'x' })).toBe('{{ secret }}{% raw %}');
  });

  it('writes dates the same on every machine', () => {
    expect(render('{{ 0 | date: "%A %Y-%m-%d %H:%M %Z" }}')).toBe('Thursday 1970-01-01 00:00 +0000');
    expect(render('{{ "2026-03-01T12:00:00+02:00" | date: "%H:%M" }}')).toBe('10:00');
  });

  it('does not quote the values that a filter failed on', () => {
    const text = 'ok\n{{ phone | date: "%Y", zone }}{{ token | base64_decode }}';
    const failure = render(text, { phone: '2020-01-01', zone: 'secret-zone', token: '!secret' });
    expect(failure).toMatch(/^failed: line 2, column \d+: a value cannot be used as it is \(\w+\)$/);
  });
});
