import type { Breach, Experiment, GuardRail } from './experiment';
import type { VariantResults } from './experiment-results';

/** What a guard-rail looks at, of one variant. */
interface Measure {
  readonly value: number;
  readonly samples: number;
}

/** The first guard-rail that a variant has broken; undefined where all hold. */
export function findBreach(
  { guardRails, control }: Pick<Experiment, 'guardRails' | 'control'>,
  results: readonly VariantResults[],
): Breach | undefined {
  for (const guardRail of guardRails) {
    for (const variant of results) {
      const compared = variant.name === control ? undefined : results.find(({ name }) => name === control);
      const breach = breachOf(guardRail, variant, compared);
      if (breach) return breach;
    }
  }
  return undefined;
}

/** @param control undefined for the control itself, which is compared with nothing */
function breachOf(guardRail: GuardRail, variant: VariantResults, control: VariantResults | undefined) {
  const measured = enough(guardRail, variant);
  if (!measured) return undefined;
  const { bound } = guardRail;
  const about = { guardRail, variant: variant.name, ...measured };
  if (bound !== undefined && measured.value > bound) return { ...about, limit: bound, control: null };
  const compared = guardRail.ratioToControl === undefined ? undefined : control && enough(guardRail, control);
  if (!compared || guardRail.ratioToControl === undefined) return undefined;
  const limit = guardRail.ratioToControl * Math.max(compared.value, leastComparable(guardRail, compared));
  return measured.value > limit ? { ...about, limit, control: compared } : undefined;
}

/**
 * Nothing is a multiple of 0: a control that was never interrupted is taken for one that was interrupted once, so that
 * a single interruption of a variant does not break a ratio.
 */
function leastComparable(guardRail: GuardRail, { samples }: Measure): number {
  return 'stage' in guardRail ? 0 : 1 / samples;
}

function enough(guardRail: GuardRail, variant: VariantResults): Measure | undefined {
  const measured = measure(guardRail, variant);
  return measured && measured.samples >= guardRail.minSamples ? measured : undefined;
}

function measure(guardRail: GuardRail, { stages, turns, interruptionRate }: VariantResults): Measure | undefined {
  if (!('stage' in guardRail)) {
    // Of another release: it measures something that is not known here.
    if (guardRail.metric !== 'interruptionRate' || interruptionRate === null) return undefined;
    return { value: interruptionRate, samples: turns };
  }
  const { stage, percentile } = guardRail;
  const figures = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  return figures && { value: figures[percentile], samples: figures.count };
}

/** A breach in words, for the audit trail. */
export function describeBreach({ guardRail, variant, value, samples, limit, control }: Breach): string {
  const isStage = 'stage' in guardRail;
  const unit = isStage ? ' s' : '';
  const figure = (number: number) => `${Number(number.toPrecision(4))}${unit}`;
  const what = isStage ? `${guardRail.percentile} of ${guardRail.stage}` : 'interruptions per turn';
  const over = `over ${samples} ${isStage ? 'samples' : 'turns'}`;
  const limitation = control
    ? `${guardRail.ratioToControl ?? ''} times the control's ${figure(control.value)} (${figure(limit)})`
    : `the bound of ${figure(limit)}`;
  return `Variant ${variant}: ${what} is ${figure(value)} ${over}, above ${limitation}.`;
}
