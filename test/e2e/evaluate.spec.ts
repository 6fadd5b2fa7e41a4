import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { EXIT, runEvaluate } from '../../src/evaluate/evaluate';
import { exchangesOf } from '../../src/evaluate/exchanges';
import type { EvaluationReport } from '../../src/evaluate/report';
import { type Call, toolCallsOf } from '../../src/programs/call';
import { readCalls } from '../../src/programs/call-file';
import { ChatServer, HANG, refusal, type ScriptedAnswer } from '../orchestration/models/chat-server';
import { callPart, DONE, FIRST, finish, spoken, USAGE } from '../orchestration/models/chat-stream';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';
import { until } from '../support/until';

const SAMPLE = 'test/fixtures/calls.sample.ndjson';
const QUIET = { LOG_LEVEL: 'silent' };

let folder: string;
let sample: readonly Call[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-evaluation-'));
  // Whatever is left behind there is ours.
  process.env['TMPDIR'] = folder;
  sample = await readCalls(SAMPLE);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** As the JSON file has it, if it was written. */
  readonly report: EvaluationReport;
}

/** The command as the shell runs it, in this process. */
async function evaluate(
  args: readonly string[],
  environment: Record<string, string> = {},
  signal = new AbortController().signal,
): Promise<Outcome> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const json = join(folder, 'report.json');
  rmSync(json, { force: true });
  const code = await runEvaluate([...args, '--json', json], {
    environment: { ...QUIET, ...environment },
    output,
    errors,
    signal,
  });
  const text = existsSync(json) ? readFileSync(json, 'utf8') : '';
  return { code, output: textOf(output), errors: textOf(errors), report: JSON.parse(text || '{}') as EvaluationReport };
}

function textOf(stream: PassThrough): string {
  return String((stream.read() as Buffer | null) ?? '');
}

const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith('parley-'));

/** What the caller and the tools say in calls, as far as it can be taken for nothing else. */
function contentsOf(calls: readonly Call[]): readonly string[] {
  const texts = calls.flatMap(({ turns }) => turns.map(({ text }) => text));
  const values = calls.flatMap(({ turns }) =>
    turns.flatMap((turn) => toolCallsOf(turn).flatMap(({ parameters }) => Object.values(parameters).map(String))),
  );
  return [...texts, ...values.filter((value) => value.length > 4 && value.toLowerCase() !== 'false')];
}

describe.each(['embedded', 'redis'])('the evaluation with the rules, on the %s store', (store) => {
  let outcome: Outcome;
  let settings: Record<string, string>;
  beforeAll(async () => {
    settings = store === 'redis' ? { STORE: store, REDIS_URL: testRedisUrl(), KEY_PREFIX: uniquePrefix() } : {};
    outcome = await evaluate([SAMPLE], settings);
  });
  afterAll(async () => {
    if (store !== 'redis') return;
    const redis = new Redis(testRedisUrl());
    await removeKeys(redis, settings['KEY_PREFIX'] ?? '');
    await redis.quit();
  });

  it('plays all turns, and ends well however little agrees', () => {
    const { code, errors, report } = outcome;
    expect([code, errors]).toEqual([EXIT.played, '']);
    const script = sample.flatMap(exchangesOf).length;
    expect(report).toMatchObject({
      model: 'offline rules (no language model)',
      calls: 10,
      turns: { script, answered: script, interrupted: 0, failed: 0, hung: 0, notPlayed: 0 },
      tools: { script: 30 },
      handoffs: { script: 14, made: 0, agree: 0 },
      failures: {},
    });
    expect(report.service).toContain(store);
  });

  it('has no more than one of the two of what both have', () => {
    for (const { script, made, agree } of [outcome.report.tools, outcome.report.parameters, outcome.report.handoffs]) {
      expect(agree).toBeLessThanOrEqual(Math.min(script, made));
    }
  });

  it('has the times of the model and of Parley apart', () => {
    const owners = Object.fromEntries(outcome.report.stages.map(({ stage, owner }) => [stage, owner]));
    expect(owners).toMatchObject({ llm: 'model', llm_ttft: 'model', store: 'Parley', persist_lag: 'Parley' });
    const turns = outcome.report.stages.find(({ owner }) => owner === 'all');
    expect(turns?.count).toBe(outcome.report.turns.answered);
  });

  it('says what the figures are not, and nothing of what was said', () => {
    expect(outcome.output).toContain('offline rules (no language model)');
    expect(outcome.output).toContain('a model that never hands over would reach 83.1 %.');
    expect(outcome.output).toContain('The text of the answers is not compared');
    const said = outcome.output + JSON.stringify(outcome.report);
    expect(contentsOf(sample).filter((content) => said.includes(content))).toEqual([]);
  });

  it('leaves nothing behind', () => expect(leftBehind()).toEqual([]));
});

describe('the evaluation with a model', () => {
  let server: ChatServer;
  let model: Record<string, string>;
  beforeEach(async () => {
    server = await ChatServer.start();
    model = {
      MODEL_PROVIDER: 'openai',
      MODEL_BASE_URL: `${server.url}/v1`,
      MODEL_API_KEY: 'k',
      MODEL_MAX_RETRIES: '0',
    };
  });
  afterEach(() => server.close());

  const calling = (name: string, values: object): ScriptedAnswer => {
    const call = { id: 'c1', type: 'function', function: { name, arguments: JSON.stringify(values) } };
    return { steps: [FIRST, callPart(0, call), finish('tool_calls'), USAGE, DONE] };
  };

  /** A model that does in each turn what the script does, one after the other, and says something then. */
  function follow(calls: readonly Call[]): void {
    for (const { turns } of calls) {
      let holder = turns[0]?.agent;
      for (const [index, turn] of turns.entries()) {
        if (turn.role === 'user' && index > 0) server.script(spoken('Fine.'));
        if (turn.agent !== holder) server.script(calling(`handoff_${turn.agent}`, { reason: 'The caller wants it.' }));
        for (const { tool, parameters } of toolCallsOf(turn)) server.script(calling(tool, parameters));
        holder = turn.agent;
      }
      server.script(spoken('Goodbye.'));
    }
  }

  const played = (...args: string[]) => evaluate([SAMPLE, '--concurrency', '1', ...args], model);

  it('that does what the script does, finds that all of it agrees', async () => {
    follow(sample);
    const { code, report } = await played();
    expect(code).toBe(EXIT.played);
    expect(report).toMatchObject({
      tools: { script: 30, made: 30, agree: 30, precision: 1, recall: 1, sameParameters: 30, refused: 0 },
      parameters: { precision: 1, recall: 1 },
      handoffs: { script: 14, made: 14, agree: 14, precision: 1, recall: 1, sameTurn: 14 },
      inCharge: { agree: report.turns.script, corrected: 0 },
    });
  });

  it('shows it the tools of the agent in charge, and the results of this very call', async () => {
    follow(sample.slice(0, 1));
    await played('--calls', '1');
    const [first] = server.requests;
    const tools = first?.body['tools'] as { function: { name: string; parameters: { properties: object } } }[];
    const names = tools.map((tool) => tool.function.name);
    expect(names).toEqual(expect.arrayContaining(['FindEvents', 'BuyEventTickets', 'handoff_Payment_1']));
    expect(names).not.toContain('RequestPayment');
    const find = tools.find((tool) => tool.function.name === 'FindEvents');
    expect(Object.keys(find?.function.parameters.properties ?? {}).sort()).toEqual(['city', 'date', 'event_type']);
    const results = sample[0]?.turns.flatMap(toolCallsOf).map((call) => JSON.stringify(call.results));
    const shown = (server.requests.at(-1)?.body['messages'] as { role: string; content: string }[])
      .filter(({ role }) => role === 'tool')
      .map(({ content }) => content);
    expect(shown.length).toBeGreaterThan(0);
    for (const content of shown.filter((text) => !text.startsWith('{"ok":true,"agent":')))
      expect(results).toContain(content);
  });

  it('that hands over to the wrong agent and calls too much, is put right before the next turn', async () => {
    const script: Call = {
      callId: '1',
      agents: ['A', 'B', 'C'],
      turns: [
        { role: 'user', agent: 'A', text: 'First.' },
        {
          role: 'assistant',
          agent: 'B',
          text: 'Yes.',
          toolCalls: [{ tool: 'Find', parameters: { a: '1' }, results: [] }],
        },
        { role: 'user', agent: 'B', text: 'Second.' },
        {
          role: 'assistant',
          agent: 'B',
          text: 'Yes.',
          toolCalls: [{ tool: 'Find', parameters: { a: '2' }, results: [] }],
        },
      ],
    };
    const other: Call = {
      callId: '2',
      agents: ['A', 'C'],
      turns: [
        { role: 'user', agent: 'A', text: 'Third.' },
        { role: 'assistant', agent: 'C', text: 'Yes.' },
      ],
    };
    const file = join(folder, 'crafted.ndjson');
    writeFileSync(file, [script, other].map((call) => `${JSON.stringify(call)}\n`).join(''));
    server.script(calling('handoff_C', {}), spoken('I am C.'));
    server.script(calling('Find', { a: '2' }), calling('Find', { b: '2' }), spoken('I am B.'));
    server.script(spoken('I am A.'));
    const { code, report } = await evaluate([file, '--concurrency', '1'], model);
    expect(code).toBe(EXIT.played);
    expect(report).toMatchObject({
      turns: { script: 3, answered: 3 },
      tools: { script: 2, made: 2, agree: 1, precision: 0.5, recall: 0.5, sameParameters: 1, refused: 1 },
      parameters: { script: 1, made: 1, agree: 1 },
      handoffs: { script: 2, made: 1, agree: 0, precision: 0, recall: 0, sameTurn: 1 },
      inCharge: { agree: 1, withoutHandoffs: 1, corrected: 1 },
    });
  });

  it('that fails or hangs, fails: by codes, and the rest of a call that hangs is not played', async () => {
    const turns = exchangesOf(sample[0] as Call).length;
    server.script(refusal(400, { message: 'private words' }), spoken('Fine.'), { steps: [HANG] });
    const { code, output, report } = await played('--calls', '1', '--timeout', '3');
    expect(code).toBe(EXIT.failed);
    expect(report.failures).toEqual({ hung: 1, model_refused: 1 });
    expect(report.turns).toEqual({
      script: turns,
      answered: 1,
      interrupted: 0,
      failed: 1,
      hung: 1,
      notPlayed: turns - 3,
    });
    expect(output).toContain('failure: model_refused: 1\n');
    expect(output).not.toContain('private words');
  });

  it('is stopped after the turns it is at, without a report', async () => {
    follow(sample);
    const stop = new AbortController();
    const evaluating = evaluate([SAMPLE, '--concurrency', '1'], model, stop.signal);
    await until(() => server.requests.length > 0);
    stop.abort();
    const outcome = await evaluating;
    expect([outcome.code, outcome.errors]).toEqual([EXIT.stopped, 'evaluate: stopped\n']);
    expect(outcome.output).not.toContain('precision');
    expect(server.requests.length).toBeLessThan(5);
    expect(leftBehind()).toEqual([]);
  });
});

describe('the evaluation with wrong words', () => {
  const wrong = (...args: string[]) => evaluate(args).then(({ code, errors }) => ({ code, errors }));

  it('explains itself', async () => {
    const { code, output } = await evaluate(['--help']);
    expect(output).toMatch(/^Usage: npm run evaluate/);
    expect(code).toBe(EXIT.played);
  });

  it.each([
    ['no file', []],
    ['a file that is not there', ['none.ndjson']],
    ['an unknown option', [SAMPLE, '--url', 'http://localhost']],
  ])('says in one line what is wrong with %s', async (_title, args) => {
    const { code, errors } = await wrong(...args);
    expect(code).toBe(EXIT.usage);
    expect(errors).toMatch(/^evaluate: [^\n]+\n$/);
  });

  it('finds out before it plays that the report cannot be written', async () => {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const host = { environment: QUIET, output, errors, signal: new AbortController().signal };
    expect(await runEvaluate([SAMPLE, '--json', join(folder, 'none', 'x.json')], host)).toBe(EXIT.usage);
    expect(textOf(errors)).toMatch(/^evaluate: \S+ cannot be written \(ENOENT\)\n$/);
    expect(textOf(output)).toBe('');
  });

  it('names what no agent can be called, and a setting that is wrong', async () => {
    const file = join(folder, 'names.ndjson');
    const turns = [{ role: 'user', agent: '1 agent', text: 'Hello.' }];
    writeFileSync(file, JSON.stringify({ callId: '1', agents: ['1 agent'], turns }));
    expect(await wrong(file)).toEqual({
      code: EXIT.usage,
      errors: 'evaluate: no agent of the service can have the name "1 agent"\n',
    });
    const { code, errors } = await evaluate([SAMPLE], { STORE: 'redis', REDIS_URL: '' });
    expect(code).toBe(EXIT.usage);
    expect(errors).toMatch(/^evaluate: [^\n]*REDIS_URL[^\n]*\n$/);
    expect(leftBehind()).toEqual([]);
  });
});
