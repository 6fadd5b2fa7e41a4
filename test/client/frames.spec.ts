import type { TSchema } from '@sinclair/typebox';
import { isAnswer, readFrame } from '../../src/client/live-frames';
import { ANSWER_FRAMES, SERVER_FRAMES } from '../../src/live/frames/server-frames';

/** Some value that fits a member of the service's schemas. */
function exampleOf(schema: TSchema): unknown {
  const { const: literal, anyOf, type } = schema as { const?: unknown; anyOf?: TSchema[]; type?: string };
  if (literal !== undefined) return literal;
  if (anyOf?.[0]) return exampleOf(anyOf[0]);
  // References and operations, which only the document resolves, are objects.
  return { string: 'text', integer: 1, number: 1, boolean: true, array: [] }[type ?? ''] ?? {};
}

function frameOf({ properties, required = [] }: TSchema, isWanted: (name: string) => boolean): Record<string, unknown> {
  const members = Object.entries(properties as Record<string, TSchema>);
  const wanted = members.filter(([name]) => (required as string[]).includes(name) || isWanted(name));
  return Object.fromEntries(wanted.map(([name, schema]) => [name, exampleOf(schema)]));
}

describe('the frames that the client reads', () => {
  const frames = Object.entries(SERVER_FRAMES);

  it.each(frames)('include %s as the service sends it', (_type, schema) => {
    for (const frame of [frameOf(schema, () => true), frameOf(schema, () => false)]) {
      expect(readFrame(JSON.stringify(frame))).toEqual(frame);
    }
  });

  it.each(frames)('are answers or pushed as the service has it: %s', (type, schema) => {
    const frame = readFrame(JSON.stringify(frameOf(schema, () => true)));
    expect(frame && isAnswer(frame)).toBe(type in ANSWER_FRAMES);
  });

  it('include those that a newer service has made larger', () => {
    expect(readFrame('{"type":"pong","id":"1","at":1,"load":0.5}')).toMatchObject({ type: 'pong' });
  });

  it.each([
    'no JSON',
    '[]',
    'null',
    '{}',
    '{"type":"unheard of"}',
    '{"type":"constructor"}',
    '{"type":"durable","id":"1","batchId":"b","revision":"2","messages":[]}',
    '{"type":"attached","id":"1","revision":2,"changes":[{}]}',
    '{"type":"error","id":null,"code":"malformed_json","detail":"","retryable":false}',
  ])('leave out %s', (text) => {
    expect(readFrame(text)).toBeUndefined();
  });
});
