import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { formatMs } from '../../shared/format';
import classes from './latency.module.css';
import { columnsOf, type Line } from './stage-series';

interface StageChartProps {
  readonly lines: readonly Line[];
  /** Seconds since the epoch. */
  readonly from: number;
  readonly minutes: number;
  readonly budgetMs: number | undefined;
}

const HEIGHT = 220;
const COLOURS = {
  light: {
    text: '#495057',
    grid: '#e9ecef',
    budget: '#c92a2a',
    lines: ['#1971c2', '#e8590c', '#9c36b5', '#2b8a3e', '#a61e4d'],
  },
  dark: {
    text: '#c9c9c9',
    grid: '#3b3b3b',
    budget: '#ff8787',
    lines: ['#74c0fc', '#ffa94d', '#da77f2', '#8ce99a', '#f783ac'],
  },
} as const;

type Scheme = keyof typeof COLOURS;

/** Lines over minutes; whoever cannot see it has the table below. */
export default function StageChart({ lines, from, minutes, budgetMs }: StageChartProps) {
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || width === 0) return undefined;
    const shown = budgetMs === undefined ? lines : [...lines, budgetLine(budgetMs, from, minutes)];
    const data = columnsOf(shown, from, minutes) as uPlot.AlignedData;
    const chart = new uPlot(optionsOf(shown, scheme, width), data, place.current);
    return () => chart.destroy();
  }, [lines, from, minutes, budgetMs, scheme, width]);
  return (
    <div ref={ref} className={classes.chart} aria-hidden>
      <div ref={place} />
    </div>
  );
}

const BUDGET = 'budget';

function budgetLine(budgetMs: number, from: number, minutes: number): Line {
  const all = Array.from({ length: minutes }, (_, index) => [from + index * 60, budgetMs] as const);
  return { label: BUDGET, byMinute: new Map(all) };
}

function optionsOf(lines: readonly Line[], scheme: Scheme, width: number): uPlot.Options {
  const colours = COLOURS[scheme];
  const axis: uPlot.Axis = {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid },
  };
  return {
    width,
    height: HEIGHT,
    scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [axis, { ...axis, size: 64, values: (_chart, values) => values.map((value) => formatMs(value)) }],
    series: [{ value: '{HH}:{mm}' }, ...lines.map((line, index) => seriesOptions(line, index, scheme))],
    cursor: { drag: { x: false, y: false } },
  };
}

function seriesOptions({ label }: Line, index: number, scheme: Scheme): uPlot.Series {
  const { budget, lines } = COLOURS[scheme];
  const isBudget = label === BUDGET;
  return {
    label,
    stroke: isBudget ? budget : (lines[index % lines.length] ?? budget),
    width: isBudget ? 1 : 2,
    ...(isBudget && { dash: [6, 4] }),
    points: { show: !isBudget, size: 5 },
    value: (_chart, value: number | null) => formatMs(value),
  };
}
