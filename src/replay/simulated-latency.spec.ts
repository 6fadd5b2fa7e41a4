import type { Call, CallTurn } from '../programs/call';
import { simulateTiming, type TurnTiming } from './simulated-latency';

const user = (agent: string): CallTurn => ({ role: 'user', agent, text: 'one two three four five' });
const reply = (agent: string, ...tools: string[]): CallTurn => ({
  role: 'assistant',
  agent,
  text: 'six seven eight',
  toolCalls: tools.map((tool) => ({ tool, parameters: {}, results: [] })),
});
const call = (callId: string, ...turns: CallTurn[]): Call => ({
  callId,
  agents: [...new Set(turns.map(({ agent }) => agent))],
  turns,
});
const stages = ({ samples }: TurnTiming): string[] => samples.map(({ stage }) => stage);

const REPLY_STAGES = ['llm_ttft', 'llm', 'aggregation', 'tts_ttfb', 'tts_ttfa', 'turn_e2e'];

describe('simulateTiming', () => {
  const calm = call('calm', user('A'), reply('A', 'T'), user('B'), reply('B'));
  const long = call('long', ...Array.from({ length: 200 }, () => [user('A'), reply('A', 'T')]).flat());

  it('gives the same for the same call and seed', () => {
    expect(simulateTiming(calm, 7)).toEqual(simulateTiming(calm, 7));
  });

  it('keeps to values that never change', () => {
    expect(simulateTiming(calm, 1)[0]?.samples).toEqual([
      { stage: 'stt', seconds: 0.200389 },
      { stage: 'endpointing', seconds: 0.376855 },
    ]);
  });

  it('gives other values for another seed or another call', () => {
    expect(simulateTiming(calm, 8)).not.toEqual(simulateTiming(calm, 7));
    expect(simulateTiming({ ...calm, callId: 'other' }, 7)).not.toEqual(simulateTiming(calm, 7));
  });

  it('times the stages of each kind of turn', () => {
    expect(simulateTiming(calm, 1).map(stages)).toEqual([
      ['stt', 'endpointing'],
      ['tool', ...REPLY_STAGES],
      ['handoff', 'stt', 'endpointing'],
      REPLY_STAGES,
    ]);
  });

  it('times no answer where the caller asked nothing', () => {
    const [greeting = [], , second = []] = simulateTiming(call('c', reply('A'), reply('A'), reply('B')), 1).map(stages);
    expect(greeting).toEqual(REPLY_STAGES.slice(0, -1));
    expect(second).toEqual(['handoff', ...REPLY_STAGES.slice(0, -1)]);
  });

  it('gives durations in whole microseconds that fit each other', () => {
    for (const { samples, waitSeconds } of simulateTiming(long, 1)) {
      const of = Object.fromEntries(samples.map(({ stage, seconds }) => [stage, seconds]));
      for (const { seconds } of samples) {
        expect(seconds).toBeGreaterThan(0);
        expect(Math.round(seconds * 1e6) / 1e6).toBe(seconds);
      }
      expect(waitSeconds).toBeGreaterThan(0);
      if (of['turn_e2e'] === undefined) continue;
      expect(of['llm']).toBeGreaterThan(of['llm_ttft'] ?? Infinity);
      expect(of['tts_ttfa']).toBeGreaterThan(of['tts_ttfb'] ?? Infinity);
      expect(of['turn_e2e']).toBeGreaterThan((of['tool'] ?? 0) + (of['llm_ttft'] ?? 0) + (of['tts_ttfa'] ?? 0));
    }
  });

  it('spreads them around their median', () => {
    const stt = simulateTiming(long, 1)
      .flatMap(({ samples }) => samples)
      .filter(({ stage }) => stage === 'stt')
      .map(({ seconds }) => seconds)
      .sort((left, right) => left - right);
    expect(stt[100]).toBeGreaterThan(0.15);
    expect(stt[100]).toBeLessThan(0.21);
    expect((stt.at(-1) ?? 0) / (stt[0] ?? 1)).toBeGreaterThan(2);
  });
});
