import { FIRST_CLAUSE_WORDS } from './pauses';
import { MAX_PIECE_LENGTH, SentenceCutter } from './sentence-cutter';

/** The pieces that a text is cut into when it comes character by character. */
function pieces(text: string): string[] {
  const cutter = new SentenceCutter();
  return [...[...text].flatMap((char) => cutter.push(char)), ...cutter.flush()];
}

/** How much of the text has to come before the first piece is given. */
function neededForFirst(text: string): string {
  const cutter = new SentenceCutter();
  const chars = [...text];
  const count = chars.findIndex((char) => cutter.push(char).length > 0);
  return count < 0 ? text : chars.slice(0, count + 1).join('');
}

describe('cutting sentences', () => {
  it.each([
    ['two sentences', ['Hello there.', 'How are you?', 'Fine!']],
    ['titles', ['I spoke to Dr. Smith and Mrs. Jones.', 'They agree.']],
    [
      'abbreviations',
      ['We have shops, e.g. Contoso, i.e. nearby.', 'Shoes, bags, etc. are sold.', 'Bags etc.', 'Fine.'],
    ],
    ['a number by its name', ['It is No. 5 on the list.', 'The answer is no.', 'Then call.']],
    ['dates and hours', ['It came on Jan. 5 at 9 a.m. Eastern time.', 'Good.']],
    ['initials', ['J. R. R. Tolkien and George W. Bush met.', 'Who?', 'You and I.', 'Really.']],
    ['capitals with dots', ['The U.S. Army is in the U.K. today.', 'Yes.']],
    ['figures', ['Pi is 3.14 and it costs $1,200.50.', 'That was 1990.', 'In 2.5 hours.']],
    ['ellipses', ['Well...', 'I think so... maybe…', 'Yes.', 'Wait. . .', 'Now.']],
    ['quotes', ['He said "Stop."', 'Then he left.', '“Why?” she asked.', '"Really?" he said.', '“Go!”', 'They went.']],
    ['brackets', ['See the terms (on page 5.)', 'They are long (e.g. Chapter 2).', 'Good.']],
    ['addresses', ['Go to www.contoso.com/a?b=1.2!x or mail ann.b@contoso.co.uk.', 'Then wait.']],
    ['several marks', ['What?!', 'No!!', 'Yes.']],
    ['lower case behind a full stop', ['I use node.js. it is fine. iPad too.', 'Good.']],
    ['emojis', ['Great!😀', 'Next one 👍🏽.👨‍👩‍👧', 'Done.']],
    ['Markdown', ['**Done.**', 'Now _this!_', 'And that.']],
    ['Japanese', ['こんにちは。', 'お元気ですか？', '「はい。」と言った。', 'はい！', '次です。']],
    ['Chinese', ['你好吗?', '我很好。', '好的！！', '再见。']],
    ['Hindi', ['नमस्ते।', 'आप कैसे हैं?', 'ठीक।']],
    ['Arabic', ['كيف حالك؟', 'أنا بخير.', 'شكرا.']],
    ['Spanish', ['¡Hola!', '¿Cómo está Ud. hoy?', 'Bien.', '¿Y la Sra. Gómez?']],
    ['French', ['« Bonjour ! »', 'Ça va ?', 'Oui.']],
  ])('knows %s', (_, expected) => {
    // Where one piece ends in a script with no spaces, the next begins; elsewhere a space stands between them.
    const text = expected.reduce((all, piece) => all + (/[\u3000-\u9fff\uff00-\uffef]$/.test(all) ? '' : ' ') + piece);
    expect(pieces(text)).toEqual(expected);
  });

  it('takes a line of its own, a list and a heading for what they are', () => {
    const text =
      '# Your cards\n\nThere are two:\n- Travel\n- Everyday\n\n1. Call us.\n2. Wait\n   for an\nanswer\nBye.';
    expect(pieces(text)).toEqual([
      '# Your cards',
      'There are two:',
      '- Travel',
      '- Everyday',
      '1. Call us.',
      '2. Wait\n   for an\nanswer',
      'Bye.',
    ]);
  });

  it('needs Chinese without spaces no more than with ASCII marks', () => {
    expect(pieces('你好吗?我很好!好')).toEqual(['你好吗?', '我很好!', '好']);
  });

  it.each([
    ['Hello there! How', 'Hello there! '],
    ['Hello there. How', 'Hello there. H'],
    ['He said "go." Then', 'He said "go." T'],
    ['はい。次', 'はい。'],
    ['はい！次', 'はい！次'],
    ['नमस्ते। आप', 'नमस्ते।'],
    ['A heading\n\nText', 'A heading\n\n'],
  ])('gives the first of "%s" with "%s"', (text, needed) => {
    expect(neededForFirst(text)).toBe(needed);
  });

  it('speaks a long first clause before its sentence is complete, and no other', () => {
    const clause = 'I have looked at all your recent payments,';
    expect(clause.split(' ').length).toBeGreaterThanOrEqual(FIRST_CLAUSE_WORDS);
    expect(neededForFirst(`${clause} and`)).toBe(`${clause} `);
    const sentence = `${clause} and there is one.`;
    expect(pieces(`${sentence} ${sentence}`)).toEqual([clause, 'and there is one.', sentence]);
    expect(pieces('Yes, of course, I can. Well.')).toEqual(['Yes, of course, I can.', 'Well.']);
    expect(pieces('お電話ありがとうございます、確認します。')).toEqual([
      'お電話ありがとうございます、',
      '確認します。',
    ]);
  });

  it.each([
    'You can use one of your (three or four, I think) cards for 1,200 dollars now.',
    'Your checking account is the one ending in three, zero, one, seven.',
    'It is for the months from 2 to 4, 7 and 9.',
  ])('does not tear a first clause inside brackets or figures: %s', (text) => {
    expect(pieces(text)).toEqual([text]);
  });

  it('tears what never ends at a clause, else at a word, else between what people see as characters', () => {
    const clause = `Word ${'word '.repeat(29)}word,`;
    const byClause = pieces(`Short. ${clause} ${'word '.repeat(40)}`);
    expect(byClause.slice(0, 2)).toEqual(['Short.', clause]);
    const byWord = pieces('word '.repeat(100));
    expect(byWord.map((piece) => piece.split(' ').length)).toEqual([48, 48, 4]);
    const family = '👨‍👩‍👧';
    expect(pieces(family.repeat(100)).map((piece) => piece.length % family.length)).toEqual([0, 0, 0, 0]);
    expect(pieces('x'.repeat(500)).map((piece) => piece.length)).toEqual([MAX_PIECE_LENGTH, MAX_PIECE_LENGTH, 20]);
  });

  it('gives a lone mark to the sentence behind it, and begins anew after a flush', () => {
    const cutter = new SentenceCutter();
    expect(cutter.push('... ! Yes. ')).toEqual([]);
    expect(cutter.flush()).toEqual(['... ! Yes.']);
    expect(cutter.flush()).toEqual([]);
    expect(cutter.push('I have looked at all your cards, ')).toEqual(['I have looked at all your cards,']);
  });
});
