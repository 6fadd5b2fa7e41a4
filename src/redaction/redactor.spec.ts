import { Logger } from '@nestjs/common';
import type { JsonValue } from '../common/json';
import { CustomPatterns } from './custom-patterns';
import { Redactor } from './redactor';

const redactor = new Redactor();

describe('Redactor', () => {
  it.each([
    ['grouped', 'It is 4111 1111 1111 1111, thanks', 'It is [card number], thanks'],
    ['with dashes', '4111-1111-1111-1111', '[card number]'],
    ['of 15 digits', 'amex 3782 822463 10005.', 'amex [card number].'],
    ['of 19 digits', '6304000000000000000', '[card number]'],
    ['read aloud', 'four? 4 1 1 1, 1 1 1 1, 1 1 1 1, 1 1 1 1 ok', 'four? [card number] ok'],
    ['over two lines', '4111 1111\n1111 1111', '[card number]'],
    ['beside other digits', '12/26 then 4111111111111111 cvc 123', '12/26 then [card number] cvc 123'],
    ['in other digits', '４１１１ １１１１ １１１１ １１１１', '[card number]'],
    ['with characters that nobody sees', '4111\u200b1111\u00ad1111\ufeff1111', '[card number]'],
  ])('replaces a card number %s', (_how, text, redacted) => {
    expect(redactor.text(text)).toBe(redacted);
  });

  it.each([
    ['e-mail addresses', 'Write to <Ada.Lovelace+x@mail.example.co.uk>, please.', 'Write to <[e-mail]>, please.'],
    ['addresses side by side', 'a@b.example,c@d.example', '[e-mail],[e-mail]'],
    ['addresses with letters of all languages', 'jürgen@exämple.de', '[e-mail]'],
    ['national phone numbers', 'call (415) 555-0132 or 212-555-0199.', 'call [phone number] or [phone number].'],
    ['international phone numbers', 'call +44 20 7946 0018 or +49 30 901820', 'call [phone number] or [phone number]'],
    ['phone numbers read aloud', '4 1 5, 5 5 5, 0 1 3 2', '[phone number]'],
    ['a plus that is spoken', 'plus 4 4 2 0 7 9 4 6 0 0 1 8', 'plus [phone number]'],
    ['social security numbers', 'SSN 123-45-6789 or 123 45 6789', 'SSN [SSN] or [SSN]'],
    ['a social security number read aloud', 'it is 1 2 3 4 5 6 7 8 9 yes', 'it is [SSN] yes'],
    ['a social security number that is announced', 'my social is 123456789', 'my social is [SSN]'],
  ])('replaces %s', (_what, text, redacted) => {
    expect(redactor.text(text)).toBe(redacted);
  });

  it.each([
    '4111 1111 1111 1112',
    'Order 12345678 of 2026-11-24 12:30, $1,234,567.89',
    'From 2026-11-24T12:30:00.000Z to 2026-11-25 08:00',
    'version 1.22.333, 10.0.0.1',
    'call me @ home, @handle, a@b',
    '000-12-3456 and 123-00-4567',
    '0.123, 0.456, 0.789, 0.234',
    'case 123456789, room 12, 2024 2025 2026 2027',
    '',
  ])('leaves %j as it is', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it('redacts the values of any JSON, and keeps its keys and numbers', () => {
    const value = JSON.parse(
      '{"card":["4111111111111111",{"a@b.example":"a@b.example"}],"__proto__":{"n":null,"at":1764000000000,"b":true}}',
    ) as JsonValue;
    expect(JSON.stringify(redactor.json(value))).toBe(
      '{"card":["[card number]",{"a@b.example":"[e-mail]"}],"__proto__":{"n":null,"at":1764000000000,"b":true}}',
    );
    expect(redactor.json(4111111111111111)).toBe('[card number]');
  });

  it('lets exports go as they are where redaction is switched off, and still redacts what it is asked to', () => {
    const off = new Redactor(new CustomPatterns([]), false);
    expect(off.exported({ mail: 'a@b.example' })).toEqual({ mail: 'a@b.example' });
    expect(off.text('a@b.example')).toBe('[e-mail]');
    expect(redactor.exported({ mail: 'a@b.example' })).toEqual({ mail: '[e-mail]' });
  });

  it('looks for the patterns of the operator too, in numbers as well', () => {
    const account = { name: 'account', expression: /\bACC-?\d{6}\b|\b77\d{4}\b/g, replacement: '$&[account]' };
    const own = new Redactor(new CustomPatterns([account]));
    expect(own.text('ACC-123456, 4111 1111 1111 1111')).toBe('$&[account], [card number]');
    expect(own.json([771234, 12])).toEqual(['$&[account]', 12]);
  });

  it('withholds a text that takes a pattern too long', () => {
    const lost = { name: 'lost', expression: /^(a+)+$/g, replacement: '[lost]' };
    const own = new Redactor(new CustomPatterns([lost], 20));
    const warned = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const before = performance.now();
    expect(own.text(`${'a'.repeat(64)}b`)).toBe('[withheld]');
    expect(performance.now() - before).toBeLessThan(2000);
    expect(own.text('ab')).toBe('ab');
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });
});
