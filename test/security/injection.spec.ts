import { type Socket, connect } from 'node:net';
import { ServiceProcess } from '../support/service-process';
import { storeData } from '../support/store-data';

/** What would end a line, begin another, or be obeyed by a terminal that shows the log. */
const ATTACKS = [
  '\r\nset-cookie: stolen=1',
  '\n{"level":50,"msg":"forged"}',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u2028x\u0085y',
  '\u0000',
];
const WORD = 'injected';

/** Bytes to a socket, and all that comes back. */
function exchange(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = connect(Number(port), hostname, () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(text));
  });
}

describe('text from outside', () => {
  let service: ServiceProcess;
  let url: string;
  const data = storeData('embedded');
  beforeAll(async () => {
    service = await ServiceProcess.start({ LOG_LEVEL: 'trace', ...data.settings });
    url = service.url;
  });
  afterAll(async () => {
    await service.stop();
    await data.remove();
  });

  const heads = (answer: string) => answer.split('\r\n\r\n')[0] ?? '';

  it.each(ATTACKS)('%j in paths, queries and headers becomes no header of an answer', async (attack) => {
    const encoded = encodeURIComponent(WORD + attack);
    const paths = [
      `/v1/sessions/${encoded}`,
      `/v1/sessions/a/context/${encoded}`,
      `/v1/sessions?cursor=${encoded}`,
      `/${encoded}`,
      `/docs/${encoded}`,
    ];
    for (const path of paths) {
      const answer = await exchange(url, `GET ${path} HTTP/1.1\r\nhost: parley\r\nconnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(heads(answer)).not.toMatch(/set-cookie|injected|forged|owned/i);
    }
  });

  it('in a header that is not ended as HTTP ends it is refused, and no second request', async () => {
    const bare = `GET /health/live HTTP/1.1\r\nhost: parley\r\nx-a: b\nx-c: d\r\n\r\n`;
    expect(await exchange(url, bare)).toMatch(/^HTTP\/1\.1 400 /);
    const twoLengths = 'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 60\r\n\r\n{}';
    expect(await exchange(url, twoLengths)).toMatch(/^HTTP\/1\.1 400 /);
    const smuggled =
      'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: a\r\n\r\n';
    const answer = await exchange(url, smuggled);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain('process_cpu');
  });

  it('is in the log as data, a line of JSON each, or not at all', async () => {
    for (const attack of ATTACKS) {
      const sessionId = `${WORD}-${attack}`;
      const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
      await fetch(`${url}/v1/sessions`, {
        ...init,
        body: JSON.stringify({ sessionId, context: { [attack]: attack } }),
      });
      const op = { op: 'append', agent: `Front${attack}`, role: 'user', content: attack };
      const latency = { op: 'recordLatency', stage: `stage${attack}`, seconds: 1 };
      await fetch(`${url}/v1/sessions/${encodeURIComponent(sessionId)}/ops`, {
        ...init,
        headers: { ...init.headers, 'user-agent': WORD },
        body: JSON.stringify({ ops: [op, latency] }),
      });
    }
    const { output, code } = await service.stop();
    expect(code).toBe(0);
    const lines = output.slice(output.indexOf('API keys')).split('\n').slice(1);
    const logged = lines.filter((line) => line.trim() !== '');
    expect(logged.filter((line) => !line.startsWith('{') || typeof JSON.parse(line) !== 'object')).toEqual([]);
    expect(output).not.toMatch(/"msg":"forged"|[\u0000-\u0008\u000b-\u001f\u007f\u0085\u2028]/);
  });
});
