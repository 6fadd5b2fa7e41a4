import { CLIENT_FRAMES } from '../../src/live/frames/client-frames';
import { SERVER_FRAMES } from '../../src/live/frames/server-frames';
import type { AsyncApiDocument } from '../../src/live/api/asyncapi';
import { OP_SCHEMAS } from '../../src/store/ops';
import { asyncApiText, readAsyncApiFile } from '../support/asyncapi-file';
import { TestService } from '../support/service';
import { documented, faultOf } from './documented-frames';

type Json = Record<string, unknown>;

const document = JSON.parse(asyncApiText()) as AsyncApiDocument & {
  readonly channels: { readonly live: { readonly address: string; readonly messages: Json } };
  readonly operations: Record<
    string,
    { readonly messages: unknown[]; readonly reply?: { readonly messages: unknown[] } }
  >;
};
const FRAMES = [...Object.keys(CLIENT_FRAMES), ...Object.keys(SERVER_FRAMES)];

/** Every `$ref` in a value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : references(member),
  );
}

function resolve(reference: string): unknown {
  const path = reference.replace(/^#\//, '').split('/');
  return path.reduce<unknown>((value, name) => (value as Json | undefined)?.[name], document);
}

describe('the AsyncAPI document', () => {
  it('is the one in docs/asyncapi.json (npm run asyncapi writes it anew)', () => {
    expect(asyncApiText()).toBe(readAsyncApiFile());
  });

  it('is served beside the OpenAPI document, without a key', async () => {
    const service = await TestService.start('embedded', { API_KEYS: 'voice:runtime:a-long-secret-1' });
    const { status, body } = await service.get('/docs/live');
    expect({ status, body }).toEqual({ status: 200, body: document });
    expect((await service.get('/docs')).status).toBe(200);
    await service.close();
  });

  it('is AsyncAPI 3.0 of the one channel', () => {
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { version: '1' } });
    expect(Object.keys(document.channels)).toEqual(['live']);
    expect(document.channels.live.address).toBe('/v1/live');
  });

  it('leads every reference to something', () => {
    const unresolved = references(document).filter((reference) => resolve(reference) === undefined);
    expect(unresolved).toEqual([]);
  });

  it('has each frame as a message of the channel, with its schema, in an operation', () => {
    expect(Object.keys(document.channels.live.messages)).toEqual(FRAMES);
    expect(Object.keys(document.components.messages)).toEqual(FRAMES);
    const used = Object.values(document.operations).flatMap(({ messages, reply }) => [
      ...messages,
      ...(reply?.messages ?? []),
    ]);
    expect([...new Set(references(used))].sort()).toEqual(
      FRAMES.map((type) => `#/channels/live/messages/${type}`).sort(),
    );
  });

  it('has a schema that validates for everything it names', () => {
    for (const name of Object.keys(document.components.schemas)) expect(documented(name)).toBeInstanceOf(Function);
  });

  it('describes the operations by the schemas that they are checked with', () => {
    for (const [name, schema] of Object.entries(OP_SCHEMAS)) {
      expect(document.components.schemas[`${name}Op`]).toEqual(JSON.parse(JSON.stringify(schema)));
    }
  });

  it('takes frames as clients send them, and no others', () => {
    const ops = [{ op: 'setInterrupted', value: true }];
    expect(faultOf({ id: 'a', type: 'ops', sessionId: 's', ops } as { type: string })).toBeUndefined();
    expect(faultOf({ id: 'a', type: 'ops', sessionId: 's', ops: [] } as { type: string })).toContain('ops');
    expect(faultOf({ id: 'a', type: 'ops', sessionId: 's', ops: [{ op: 'no' }] } as { type: string })).toContain('ops');
    expect(faultOf({ id: 'a', type: 'attach', sessionId: 's', more: 1 } as { type: string })).toContain('attach');
    expect(faultOf({ type: 'hello' })).toContain('no frame');
  });
});
