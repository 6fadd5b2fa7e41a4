import { PassThrough } from 'node:stream';
import { EXIT, runCall } from '../../src/call/call';
import { TestService } from '../support/service';
import { until } from '../support/until';

interface Session {
  readonly activeAgent: string;
  readonly history: Readonly<
    Record<string, readonly { readonly role: string; readonly content: string; readonly meta?: object }[]>
  >;
}

describe('a conversation in the terminal', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', { SESSION_AGENT_OVERRIDES_ENABLED: 'true' });
  });
  afterAll(() => service.close());

  /** The command as the shell runs it, with typed lines piped in. */
  async function call(lines: readonly string[], ...args: string[]) {
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const texts = { output: '', errors: '' };
    output.on('data', (data: Buffer) => (texts.output += data.toString()));
    errors.on('data', (data: Buffer) => (texts.errors += data.toString()));
    input.end(lines.map((line) => `${line}\n`).join(''));
    const signal = new AbortController().signal;
    const all = ['--url', service.url, '--pace', '0', ...args];
    const code = await runCall(all, { environment: {}, input, output, errors, signal });
    return { code, ...texts };
  }

  it('shows who speaks, tools, handoffs, interruptions and stages, and is in the session', async () => {
    const lines = ['Hello', 'I want to report fraud', '/interrupt 20', 'My card was stolen', 'Thank you, goodbye'];
    const { code, output, errors } = await call(lines, '--email', 'john.smith@email.com', '--session', 'typed-call');
    expect([code, errors]).toEqual([EXIT.ended, '']);
    expect(output).toContain('offline rules (no language model)');
    for (const shown of ['you: Hello', 'Concierge: ', 'hands over to FraudAgent', 'interrupted', 'llm_ttft']) {
      expect(output).toContain(shown);
    }
    const { body } = await service.get<Session>('/v1/sessions/typed-call');
    const said = Object.values(body.history).flatMap((thread) => thread.filter(({ role }) => role === 'user'));
    expect(said.map(({ content }) => content).sort()).toEqual(
      ['Hello', 'I want to report fraud', 'My card was stolen', 'Thank you, goodbye'].sort(),
    );
    const cut = Object.values(body.history).flatMap((thread) =>
      thread.filter(({ meta }) => meta && 'generated' in meta),
    );
    expect(cut).not.toEqual([]);
  });

  it('lets a prompt that was changed in the middle of it be heard in the next turn', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = '';
    output.on('data', (data: Buffer) => (shown += data.toString()));
    const args = ['--url', service.url, '--pace', '0', '--session', 'changed-call', '--email', 'john.smith@email.com'];
    const { signal } = new AbortController();
    const ended = runCall(args, { environment: {}, input, output, errors: output, signal });
    const answers = () => shown.match(/^Concierge: .*$/gm) ?? [];
    input.write('Hello\n');
    await until(() => shown.includes('turn_e2e'));
    const prompt = 'Begin every answer with "Thanks for waiting, {{ caller_name }}."';
    const path = '/v1/admin/sessions/changed-call/agents/Concierge';
    expect((await service.patch(path, { prompt })).status).toBe(200);
    await until(() => shown.includes('somebody has changed the agents of this call'));
    input.end('Hello again\n');
    expect(await ended).toBe(EXIT.ended);
    expect(answers()).toEqual([
      'Concierge: Hello, how can I help you?',
      expect.stringContaining('Concierge: Thanks for waiting, John Smith. '),
    ]);
  });

  it('says how it is used', async () => {
    expect((await call([], '--help')).output).toContain('Usage: npm run call');
    expect((await call([], '--pace', 'slow')).code).toBe(EXIT.usage);
  });
});
