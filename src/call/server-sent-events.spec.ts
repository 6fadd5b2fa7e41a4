import { serverSentEvents } from './server-sent-events';

async function read(text: string, chunkBytes: number): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const all: string[] = [];
  for await (const data of serverSentEvents(chunks())) all.push(data);
  return all;
}

describe('server-sent events', () => {
  const stream = 'event: sentence\ndata: {"text":"Grüße"}\n\nevent: completed\ndata: {}\n\ndata: cut off';

  it.each([1, 2, 3, 7, 1000])('are read whole from chunks of %d bytes', async (bytes) => {
    expect(await read(stream, bytes)).toEqual(['{"text":"Grüße"}', '{}']);
  });
});
