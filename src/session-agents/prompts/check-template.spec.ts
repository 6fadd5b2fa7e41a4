import fc from 'fast-check';

import { checkTemplate } from './check-template';
import { createTemplateEngine } from './template-engine';
import { describeIssue } from './template-issue';

const engine = createTemplateEngine({ maxCharacters: 64 * 1024, renderTimeoutMs: 100, memoryLimit: 1_000_000 });
const faults = (text: string): string[] => checkTemplate(engine, text).map(describeIssue);

describe('checkTemplate', () => {
  it.each([
    '',
    'plain text',
    'a { brace } and 100 %',
    '{{ name | default: "you" }}',
    '{% comment %}{% nope %}{% endcomment %}',
  ])('finds nothing wrong with %j', (text) => {
    expect(faults(text)).toEqual([]);
  });

  it('names every unknown filter with its own place, wherever it stands', () => {
    const text = [
      '{{ a | upcase | one: 1 }}{{ b | two }}',
      '{% if a | three %}',
      '{% elsif b | four %}{% endif %}',
      '{% assign x = a | five %}{% unless a | six %}{% endunless %}',
      '{% case a | seven %}{% when 1 %}{{ b | eight }}{% endcase %}',
      '{% capture y %}{{ a | nine }}{% endcapture %}{% for i in a %}{{ i | ten }}{% else %}{{ i | eleven }}{% endfor %}',
      '{% echo a | twelve %}{% tablerow i in a %}{{ i | thirteen }}{% endtablerow %}',
      '{% liquid',
      '  assign z = a | fourteen',
      '  if z | fifteen',
      '    echo z',
      '  endif',
      '%}{{ b | constructor }}{{ c | __proto__ }}',
    ].join('\n');
    expect(faults(text)).toEqual([
      'line 1, column 17: unknown filter "one"',
      'line 1, column 33: unknown filter "two"',
      'line 2, column 11: unknown filter "three"',
      'line 3, column 14: unknown filter "four"',
      'line 4, column 19: unknown filter "five"',
      'line 4, column 40: unknown filter "six"',
      'line 5, column 13: unknown filter "seven"',
      'line 5, column 40: unknown filter "eight"',
      'line 6, column 23: unknown filter "nine"',
      'line 6, column 69: unknown filter "ten"',
      'line 6, column 92: unknown filter "eleven"',
      'line 7, column 13: unknown filter "twelve"',
      'line 7, column 50: unknown filter "thirteen"',
      'line 9, column 18: unknown filter "fourteen"',
      'line 10, column 10: unknown filter "fifteen"',
      'line 13, column 10: unknown filter "constructor"',
      'line 13, column 31: unknown filter "__proto__"',
    ]);
  });

  it.each([
    ['a\nb {% if x %}\n c', 'line 2, column 3: the tag "if" is not closed'],
    [
      '{% for a in b %}{% if c %}{% endfor %}',
      'line 1, column 27: the tag "endfor" is unknown or does not belong here',
    ],
    ['{% capture x %}', 'line 1, column 1: the tag "capture" is not closed'],
    ['{% raw %} text', 'line 1, column 10: the tag "raw" is not closed'],
    ['{% comment %} text', 'line 1, column 1: the tag "comment" is not closed'],
    ['one\n{{ secret', 'line 2, column 1: an output is not closed by }}'],
    ['{% if secret', 'line 1, column 1: a tag is not closed by %}'],
    ['{% frobnicate secret %}', 'line 1, column 1: the tag "frobnicate" is unknown or does not belong here'],
    ['{% endif %}', 'line 1, column 1: the tag "endif" is unknown or does not belong here'],
    ['{{ }}', 'line 1, column 4: a value is expected'],
    ['{{ a | up secret }}', 'line 1, column 11: expected ":" after filter name'],
    ['{% assign = secret %}', 'line 1, column 11: expected variable name'],
    ['{% for secret of list %}{% endfor %}', 'line 1, column 1: must read "for … in …"'],
    ['{% if a %}{% else secret %}{% endif %}', 'line 1, column 1: more text than the tag takes'],
    ['{{ a[secret }}', 'line 1, column 12: [ not closed'],
    ['{{ (1..) }}', 'line 1, column 8: a value is expected'],
    ['{% %}', 'line 1, column 4: the name of a tag is expected'],
    ['{% cycle secret %}', 'line 1, column 1: the tag "cycle" cannot be used'],
    ['{% # one\n two %}', 'line 1, column 1: every line of a comment must begin with #'],
  ])('says where and why %j is no template, and quotes nothing', (text, message) => {
    const [fault] = faults(text);
    expect(fault).toBe(message);
    expect(fault).not.toContain('secret');
  });

  it('names a syntax fault beside the unknown filters before it', () => {
    expect(faults('{{ a | nope }}\n{% if b %}{{ c | nada }}')).toEqual([
      'line 1, column 8: unknown filter "nope"',
      'line 2, column 1: the tag "if" is not closed',
      'line 2, column 18: unknown filter "nada"',
    ]);
  });

  it('cuts long names', () => {
    const [fault] = faults(`{{ a | ${'n'.repeat(5000)} }}`);
    expect(fault).toBe(`line 1, column 8: unknown filter "${'n'.repeat(64)}…"`);
  });

  it.each([
    ['tags', '{% if a %}'.repeat(101) + '{% endif %}'.repeat(101), 'line 1, column 1001: tags nest deeper than 100'],
    ['unclosed tags', '{% if a %}'.repeat(6000), 'line 1, column 1001: tags nest deeper than 100'],
    ['values', `{{ ${'a['.repeat(101)}1${']'.repeat(101)} }}`, 'line 1, column 1: values nest deeper than 100'],
    [
      'values beyond the stack',
      `{{ ${'a['.repeat(9000)}1${']'.repeat(9000)} }}`,
      'line 1, column 1: values nest too deep',
    ],
    ['ranges', `{{ ${'('.repeat(200)}1${'..2)'.repeat(200)} }}`, 'line 1, column 1: values nest deeper than 100'],
  ])('refuses %s that nest too deep', (_, text, message) => {
    expect(faults(text)).toEqual([message]);
  });

  it('refuses a text that is too long, where it should have ended', () => {
    expect(faults(`${'a'.repeat(65_530)}\n{{ a }}`)).toEqual([
      'line 2, column 6: is longer than 65536 characters (TEMPLATE_MAX_CHARACTERS)',
    ]);
  });

  it('finds faults in any text, and never fails itself', () => {
    const piece = fc.constantFrom(
      ...['{{', '}}', '{%', '%}', ' if ', ' for i in ', 'endif', 'endfor', 'else', '|', ':', '(', '..', ')', '[', ']'],
      ...['a', '.', '"', '1', '-', '\n', 'raw', 'endraw', 'liquid', 'assign x =', 'case', 'when', '#', ','],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const { line, column, message } of checkTemplate(engine, pieces.join(''))) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toBe('cannot be parsed');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
