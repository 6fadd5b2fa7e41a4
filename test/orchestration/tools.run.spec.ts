import { Injectable } from '@nestjs/common';
import { type Static, Type } from '@sinclair/typebox';
import { Tool, type ToolContext } from '../../src/orchestration/tools';
import { until } from '../support/until';
import { contextOf, moduleOf, sessionOf, toolHost } from './tools.harness';

const SECRET = '4111 1111 1111 1111';
const Amount = Type.Object(
  {
    amount: Type.Number({ minimum: 1 }),
    to: Type.Union([Type.Literal('savings'), Type.Literal('checking')]),
    note: Type.String({ default: 'none' }),
  },
  { additionalProperties: false },
);
const Nothing = Type.Object({});

@Injectable()
class Tools {
  readonly started: string[] = [];
  signal: AbortSignal | undefined;

  @Tool({ name: 'echo', description: 'Gives back.', parameters: Amount })
  echo(args: Static<typeof Amount>, { session }: ToolContext): unknown {
    this.started.push('echo');
    return { ...args, session: session.sessionId, at: new Date(0), dropped: undefined };
  }

  @Tool({ name: 'throws', description: 'Throws.', parameters: Nothing })
  throws(): never {
    throw Object.assign(new Error(`no card ${SECRET}`), { card: SECRET });
  }

  @Tool({ name: 'rejects', description: 'Rejects.', parameters: Nothing })
  rejects(): unknown {
    return { then: (_resolve: unknown, reject: (reason: unknown) => void) => reject(SECRET) };
  }

  @Tool({ name: 'hangs', description: 'Never answers, whatever its signal says.', parameters: Nothing, timeoutMs: 20 })
  hangs(_: object, { signal }: ToolContext): Promise<never> {
    this.signal = signal;
    return new Promise(() => undefined);
  }

  @Tool({ name: 'late', description: 'Fails when it is given up.', parameters: Nothing })
  late(_: object, { signal }: ToolContext): Promise<never> {
    this.started.push('late');
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error(SECRET))));
  }

  @Tool({ name: 'deep', description: 'Nests too deep to be stored.', parameters: Nothing })
  deep(): unknown {
    return JSON.parse('['.repeat(80) + ']'.repeat(80));
  }
}

const start = async () => {
  const host = await toolHost([moduleOf(Tools)]);
  return { ...host, tools: host.app.get(Tools, { strict: false }) };
};

describe('running a tool', () => {
  it('gives it checked arguments with their defaults, and makes what it gives back JSON', async () => {
    const { registry } = await start();
    expect(await registry.run('echo', '{"amount": 2, "to": "savings"}', contextOf())).toStrictEqual({
      ok: true,
      output: { amount: 2, to: 'savings', note: 'none', session: 'call-1', at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    ['{"amount": "two", "to": "savings"}', '/amount must be number'],
    ['{"to": "savings"}', '/amount is required'],
    ['{"amount": 2, "to": "savings", "speed": 1}', '/speed is not a known field'],
    ['{"amount": 2, "to": "savings", "__proto__": {}}', '/__proto__ is not a known field'],
    ['{"amount": 0, "to": "savings"}', '/amount must be >= 1'],
    ['{"amount": 2', 'they are not a JSON object'],
    ['[]', 'they are not a JSON object'],
    ['', '/amount is required; /to is required'],
    [`{"note": "${'x'.repeat(70_000)}"}`, 'they are too long'],
  ])('tells the model what is wrong with %s', async (json, fault) => {
    const { registry, tools } = await start();
    const result = await registry.run('echo', json, contextOf());
    expect(result).toMatchObject({ ok: false, code: 'invalid_arguments' });
    expect(result).toHaveProperty('message', expect.stringContaining(fault));
    expect(tools.started).toEqual([]);
  });

  it('takes nothing at all for no arguments', async () => {
    const { registry } = await start();
    expect(await registry.run('hangs', ' ', contextOf())).toMatchObject({ code: 'tool_timeout' });
  });

  it('has an answer for a tool that does not exist', async () => {
    const { registry } = await start();
    const result = await registry.run('toString', '{}', contextOf());
    expect(result).toMatchObject({ ok: false, code: 'unknown_tool', spoken: expect.stringMatching(/\w\.$/) as string });
  });

  it.each(['throws', 'rejects'])('keeps what a tool throws (%s) from model, caller and log', async (name) => {
    const { registry, logged } = await start();
    const result = await registry.run(name, '{}', contextOf());
    expect(result).toMatchObject({ ok: false, code: 'tool_failed' });
    expect(logged).toEqual([expect.objectContaining({ msg: 'a tool failed', tool: name, sessionId: 'call-1' })]);
    expect(JSON.stringify([result, logged])).not.toContain('1111');
  });

  it('gives up a tool whose time is up, tells it so, and is done at once', async () => {
    const { registry, tools } = await start();
    const result = await registry.run('hangs', '{}', contextOf());
    expect(result).toMatchObject({
      ok: false,
      code: 'tool_timeout',
      message: expect.stringContaining('not known') as string,
    });
    expect(tools.signal?.reason).toHaveProperty('name', 'TimeoutError');
  });

  it('gives up a tool when its turn is over; what it throws then troubles nobody', async () => {
    const { registry, tools, logged } = await start();
    const turn = new AbortController();
    const running = registry.run('late', '{}', contextOf(sessionOf(), turn.signal));
    await until(() => tools.started.includes('late'));
    turn.abort();
    expect(await running).toMatchObject({ ok: false, code: 'aborted' });
    expect(logged).toEqual([]);
  });

  it('does not begin for a turn that is over', async () => {
    const { registry, tools } = await start();
    const result = await registry.run(
      'echo',
      '{"amount": 2, "to": "savings"}',
      contextOf(sessionOf(), AbortSignal.abort()),
    );
    expect(result).toMatchObject({ ok: false, code: 'aborted' });
    expect(tools.started).toEqual([]);
  });

  it('leaves nothing behind on the signal of a long call', async () => {
    const { registry } = await start();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: never) => (listeners.add(listener), add(type, listener));
    signal.removeEventListener = (type: string, listener: never) => (
      listeners.delete(listener),
      remove(type, listener)
    );
    await registry.run('echo', '{"amount": 2, "to": "savings"}', contextOf(sessionOf(), signal));
    await registry.run('hangs', '{}', contextOf(sessionOf(), signal));
    expect(listeners.size).toBe(0);
  });

  it('refuses an output that no session could store', async () => {
    const { registry } = await start();
    expect(await registry.run('deep', '{}', contextOf())).toMatchObject({ ok: false, code: 'tool_failed' });
  });

  it('is measured by tool and outcome, and names that models make up get no series of their own', async () => {
    const { registry, metrics } = await start();
    await registry.run('echo', '{"amount": 2, "to": "savings"}', contextOf());
    await registry.run('throws', '{}', contextOf());
    await registry.run('made_up', '{}', contextOf());
    await registry.run('made_up_too', '{}', contextOf());
    const { values } = (await metrics.getSingleMetric('parley_tool_seconds')?.get()) as unknown as {
      values: { metricName: string; labels: { tool: string; outcome: string }; value: number }[];
    };
    const counts = values.filter(({ metricName }) => metricName.endsWith('_count'));
    expect(counts.map(({ labels, value }) => [labels.tool, labels.outcome, value])).toEqual([
      ['echo', 'ok', 1],
      ['throws', 'tool_failed', 1],
      ['other', 'unknown_tool', 2],
    ]);
  });
});
