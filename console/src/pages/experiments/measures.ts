import { formatMs } from '../../shared/format';
import type { VariantResults } from './experiments-api';

export interface Figure {
  readonly value: number;
  /** Where the true one is, with 95 % confidence. */
  readonly low: number;
  readonly high: number;
}

/** One thing that was measured of all variants, on one scale. */
export interface Measure {
  readonly name: string;
  /** The highest end of an interval. */
  readonly most: number;
  readonly figures: readonly { readonly variant: string; readonly figure: Figure | null }[];
  readonly format: (value: number) => string;
}

/** What callers notice, first. */
const FIRST_STAGES = ['turn_e2e', 'greeting', 'llm_ttft', 'tts_ttfa'];
const SHARES = ['p50', 'p95'] as const;

export function measuresOf(variants: readonly VariantResults[]): Measure[] {
  const stages = [...new Set(variants.flatMap(({ stages: measured }) => Object.keys(measured)))];
  const ordered = [...FIRST_STAGES.filter((stage) => stages.includes(stage)), ...rest(stages)];
  return [
    measure('Interruptions per turn', variants, interruptions, (rate) => rate.toFixed(3)),
    ...ordered.flatMap((stage) =>
      SHARES.map((share) =>
        measure(`${stage}, ${share}`, variants, stageFigure(stage, share), (seconds) => formatMs(seconds * 1000)),
      ),
    ),
  ];
}

function rest(stages: readonly string[]): string[] {
  return stages.filter((stage) => !FIRST_STAGES.includes(stage)).sort();
}

function measure(
  name: string,
  variants: readonly VariantResults[],
  figureOf: (variant: VariantResults) => Figure | null,
  format: (value: number) => string,
): Measure {
  const figures = variants.map((variant) => ({ variant: variant.name, figure: figureOf(variant) }));
  const most = Math.max(0, ...figures.map(({ figure }) => figure?.high ?? 0));
  return { name, most, figures, format };
}

function interruptions({ interruptionRate, interruptionRateInterval }: VariantResults): Figure | null {
  if (interruptionRate === null || interruptionRateInterval === null) return null;
  return { value: interruptionRate, ...interruptionRateInterval };
}

function stageFigure(stage: string, share: (typeof SHARES)[number]) {
  return ({ stages }: VariantResults): Figure | null => {
    const measured = stages[stage];
    return measured ? { value: measured[share], ...measured.intervals[share] } : null;
  };
}
