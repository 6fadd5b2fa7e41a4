import classes from './experiments.module.css';
import type { Figure } from './measures';

interface IntervalPlotProps {
  readonly figure: Figure;
  /** Where the scale ends; it begins at 0. */
  readonly most: number;
}

/** A figure and its interval on a scale; the same is beside it in words. */
export function IntervalPlot({ figure: { value, low, high }, most }: IntervalPlotProps) {
  const at = (figure: number) => (most > 0 ? Math.min(100, (figure / most) * 100) : 0);
  return (
    <svg className={classes.plot} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
      <rect className={classes.track} x={0} y={4} width={100} height={2} />
      <rect className={classes.range} x={at(low)} y={2} width={Math.max(0.5, at(high) - at(low))} height={6} />
      <rect className={classes.point} x={Math.max(0, at(value) - 0.4)} y={0.5} width={0.8} height={9} />
    </svg>
  );
}
