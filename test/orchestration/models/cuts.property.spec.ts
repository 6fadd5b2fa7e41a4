import fc from 'fast-check';
import { runProperty } from '../../support/property';
import { ChatServer } from './chat-server';
import { callPart, DONE, FIRST, finish, say, USAGE } from './chat-stream';
import { ask, collect, modelAt } from './models.harness';
import { callDelta, callDone, COMPLETED, CREATED, say as respond } from './responses-stream';

const WORDS = ['Grüße, ', '残高は', ' 1 234,50 €', ' 🏦👩‍💼\n', '{"data: [DONE]"}\n\n'];
const call = (index: number, text: string) => callPart(index, { function: { arguments: text } });

const CHAT = [
  FIRST,
  ': comment\n\n',
  ...WORDS.map(say),
  callPart(0, { id: 'c1', type: 'function', function: { name: 'get_quote', arguments: '' } }),
  callPart(1, { id: 'c2', type: 'function', function: { name: 'block_card', arguments: '{"re' } }),
  call(0, '{"symbol":"ß'),
  call(1, 'ason":"🔒"}'),
  call(0, '"}'),
  finish('tool_calls'),
  USAGE,
  DONE,
].join('');

const RESPONSES = [
  CREATED,
  ...WORDS.map(respond),
  callDelta(1, '{"symbol":'),
  callDone(1, 'get_quote', '{"symbol":"ß"}'),
  COMPLETED,
].join('');

/** The bytes in pieces, wherever the cuts fall: in a line, in a character, between the two feeds of an end. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((left, right) => left - right);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index])).filter(({ length }) => length > 0);
}

describe('a stream', () => {
  let server: ChatServer;
  beforeAll(async () => (server = await ChatServer.start()));
  afterAll(() => server.close());

  it.each([
    ['chat', CHAT],
    ['responses', RESPONSES],
    ['chat', CHAT.replaceAll('\n\n', '\r\n\r\n')],
  ] as const)('tells the same however it is cut into writes (%s)', async (api, text) => {
    const bytes = Buffer.from(text);
    const model = modelAt(server, { api });
    const read = (steps: Buffer[]) => {
      server.script({ steps });
      return collect(model.stream(ask()));
    };
    const whole = await read([bytes]);
    expect(whole.map(({ type }) => type)).toEqual(expect.arrayContaining(['text', 'toolCall', 'end']));
    expect(whole.at(-1)).toMatchObject({ reason: 'tool_calls', usage: { inputTokens: 7 } });

    const cuts = fc.oneof(
      fc.array(fc.nat(bytes.length - 1), { maxLength: 40 }),
      // Every byte on its own, from somewhere on.
      fc.nat(bytes.length - 1).map((from) => Array.from({ length: 200 }, (_, index) => from + index)),
    );
    await runProperty(
      `cuts of ${api}`,
      fc.asyncProperty(cuts, async (places) => expect(await read(pieces(bytes, places))).toEqual(whole)),
      { numRuns: 30 },
    );
  });
});
