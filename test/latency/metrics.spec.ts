import { Registry } from 'prom-client';
import { LatencyMetrics, VOICE_BUCKETS } from '../../src/latency/latency-metrics';
import { IGNORED_REASONS, IgnoredSamples } from '../../src/latency';
import type { InEffect } from '../../src/store/session-state';
import { budgetsOf, onBothStores } from './latency.harness';

type Labels = Readonly<Record<string, string | number | undefined>>;

async function valuesOf(registry: Registry, name: string): Promise<{ labels: Labels; value: number; name: string }[]> {
  const metric = await registry.getSingleMetric(name)?.get();
  return (metric?.values ?? []).map(({ labels, value, ...rest }) => ({
    labels,
    value,
    name: 'metricName' in rest ? String(rest.metricName) : name,
  }));
}

const seriesOf = async (registry: Registry) =>
  (await valuesOf(registry, 'parley_stage_seconds'))
    .filter(({ name }) => name.endsWith('_count'))
    .map(({ labels, value }) => [labels['stage'], labels['agent'], labels['variant'], value]);

const effect = (agent: string | null, id?: string, variant = 'a'): InEffect => ({
  agent,
  agentsRevision: 0,
  experiment: id === undefined ? null : { id, variant },
});

describe('the histogram of stages', () => {
  const sample = (stage: string) => ({ stage, seconds: 0.42, at: 0, isOverBudget: false });

  it('has buckets made for voice', async () => {
    const registry = new Registry();
    const metrics = new LatencyMetrics(registry, budgetsOf());
    metrics.observe(sample('llm'), metrics.labels.of(effect('Concierge', 'greeting', 'warm')));
    const values = await valuesOf(registry, 'parley_stage_seconds');
    const borders = values.flatMap(({ labels }) => (typeof labels['le'] === 'number' ? [labels['le']] : []));
    expect(borders).toEqual(VOICE_BUCKETS);
    expect(await seriesOf(registry)).toEqual([['llm', 'Concierge', 'greeting/warm', 1]]);
  });

  it('says none where no agent is active and no experiment is taken part in', async () => {
    const registry = new Registry();
    const metrics = new LatencyMetrics(registry, budgetsOf());
    for (const inEffect of [undefined, effect(null), effect(null, 'greeting', 'warm')]) {
      metrics.observe(sample('llm'), metrics.labels.of(inEffect));
    }
    expect(await seriesOf(registry)).toEqual([
      ['llm', 'none', 'none', 2],
      ['llm', 'none', 'greeting/warm', 1],
    ]);
  });

  it('tells 64 agents and 64 variants apart, and calls all further ones other', () => {
    const { labels } = new LatencyMetrics(new Registry(), budgetsOf());
    const all = Array.from({ length: 100 }, (_, index) => labels.of(effect(`agent-${index}`, 'x', `v-${index}`)));
    expect(new Set(all.map(({ agent }) => agent)).size).toBe(65);
    expect(new Set(all.map(({ variant }) => variant)).size).toBe(65);
    expect(labels.of(effect('agent-3', 'x', 'v-3'))).toEqual({ agent: 'agent-3', variant: 'x/v-3' });
    expect(labels.of(effect('new'))).toEqual({ agent: 'other', variant: 'none' });
    expect(labels.of(undefined)).toEqual({ agent: 'none', variant: 'none' });
  });

  it('has a bounded number of series, however its labels are combined', async () => {
    const registry = new Registry();
    const metrics = new LatencyMetrics(registry, budgetsOf());
    for (let index = 0; index < 5000; index += 1) {
      const labels = metrics.labels.of(effect(`agent-${index % 64}`, 'x', `v-${Math.floor(index / 64) % 64}`));
      metrics.observe(sample(`stage-${index % 7}`), labels);
    }
    const series = await seriesOf(registry);
    expect(series.length).toBeLessThanOrEqual(2048 + 7);
    expect(series.reduce((sum, [, , , count]) => sum + Number(count), 0)).toBe(5000);
    expect(series).toContainEqual(['stage-0', 'other', 'other', expect.any(Number)]);
  });
});

describe('the counter of ignored measurements', () => {
  it('is there for every reason from the beginning', async () => {
    const registry = new Registry();
    const ignored = new IgnoredSamples(registry);
    ignored.ignore('negative');
    const values = await valuesOf(registry, 'parley_latency_ignored_total');
    expect(values.map(({ labels, value }) => [labels['reason'], value])).toEqual(
      IGNORED_REASONS.map((reason) => [reason, reason === 'negative' ? 1 : 0]),
    );
  });
});

onBothStores('what Prometheus is told of sessions', (world) => {
  it('is by the agent that is active when it happens', async () => {
    const { one } = world();
    const { registry } = one;
    await one.open('call');
    await one.record('call', 'stt', 0.2);
    await one.apply('call', { op: 'setActiveAgent', agent: 'Concierge' });
    const say = (role: 'user' | 'assistant') => ({ op: 'append', agent: 'Thread', role, content: 'x' }) as const;
    await one.apply('call', say('user'), say('assistant'), say('user'));
    await one.apply('call', { op: 'setInterrupted', value: true }, { op: 'setInterrupted', value: false });
    await one.record('call', 'llm', 0.5, 2, 3);
    expect(await seriesOf(registry)).toEqual([
      ['stt', 'none', 'none', 1],
      ['llm', 'Concierge', 'none', 3],
    ]);
    const counted = async (name: string) =>
      (await valuesOf(registry, name)).map(({ labels, value }) => [Object.values(labels)[0], value]);
    expect(await counted('parley_turns_total')).toEqual([['Concierge', 2]]);
    expect(await counted('parley_interruptions_total')).toEqual([['Concierge', 1]]);
    expect(await counted('parley_latency_over_budget_total')).toEqual([['llm', 2]]);
  });
});
