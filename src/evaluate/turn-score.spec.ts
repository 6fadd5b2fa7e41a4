import type { JsonObject } from '../common/json';
import type { ToolCall } from '../programs/call';
import { precision, recall } from './agreement';
import type { Exchange } from './exchanges';
import { type PlayedTurn, unanswered } from './played-call';
import { scoreTurn } from './turn-score';

const scripted = (tool: string, parameters: JsonObject = {}): ToolCall => ({ tool, parameters, results: [] });
const made = (tool: string, parameters: JsonObject = {}) => ({ tool, parameters });
const to = (...agents: string[]) => agents.map((agent) => ({ from: 'A', to: agent }));

function turn(exchange: Partial<Exchange>, played: Partial<PlayedTurn> = {}): PlayedTurn {
  const whole = { said: 'x', before: 'A', after: 'A', toolCalls: [], handoffs: [], ...exchange };
  return { ...unanswered(whole, 'completed'), agent: 'A', ...played };
}

describe('the score of a turn', () => {
  it('counts calls of tools by name, each once', () => {
    const toolCalls = [scripted('find'), scripted('find'), scripted('buy')];
    const score = scoreTurn(turn({ toolCalls }, { toolCalls: [made('find'), made('pay')] }));
    expect(score.tools).toEqual({ script: 3, made: 2, agree: 1 });
    expect(precision(score.tools)).toBe(1 / 2);
    expect(recall(score.tools)).toBe(1 / 3);
  });

  it('pairs calls of one tool by their parameters, whatever their order', () => {
    const toolCalls = [scripted('find', { city: 'Oslo', seats: '2' }), scripted('find', { city: 'Bern' })];
    const other = [made('find', { city: 'Bern' }), made('find', { city: 'oslo', seats: 3, more: 'x' })];
    expect(scoreTurn(turn({ toolCalls }, { toolCalls: other }))).toMatchObject({
      tools: { script: 2, made: 2, agree: 2 },
      parameters: { script: 3, made: 4, agree: 2 },
      sameCalls: 1,
    });
  });

  it('counts no parameters of calls that do not agree', () => {
    const toolCalls = [scripted('find', { city: 'Oslo' })];
    expect(scoreTurn(turn({ toolCalls }, { toolCalls: [made('buy', { city: 'Oslo' })] }))).toMatchObject({
      parameters: { script: 0, made: 0, agree: 0 },
      sameCalls: 0,
    });
  });

  it('counts handoffs by their target, and those to somebody else', () => {
    const handoffs = to('B');
    expect(scoreTurn(turn({ handoffs, after: 'B' }, { handoffs: to('B'), agent: 'B' }))).toMatchObject({
      handoffs: { script: 1, made: 1, agree: 1 },
      bothHandOver: true,
      isInCharge: true,
    });
    expect(scoreTurn(turn({ handoffs, after: 'B' }, { handoffs: to('C', 'D'), agent: 'D' }))).toMatchObject({
      handoffs: { script: 1, made: 2, agree: 0 },
      bothHandOver: true,
      isInCharge: false,
    });
    expect(scoreTurn(turn({}, { handoffs: to('B'), agent: 'B' }))).toMatchObject({
      handoffs: { script: 0, made: 1, agree: 0 },
      bothHandOver: false,
      isInCharge: false,
    });
  });

  it.each(['failed', 'hung', 'not played'] as const)('of a turn that is %s is held to all of the script', (end) => {
    const exchange = { toolCalls: [scripted('find')], handoffs: to('B'), after: 'B' };
    expect(scoreTurn({ ...unanswered(turn(exchange).exchange, end), agent: 'B' })).toMatchObject({
      tools: { script: 1, made: 0, agree: 0 },
      handoffs: { script: 1, made: 0, agree: 0 },
      isInCharge: false,
    });
  });

  it('has no share of nothing', () => {
    const { tools } = scoreTurn(turn({}));
    expect([precision(tools), recall(tools)]).toEqual([undefined, undefined]);
  });
});
