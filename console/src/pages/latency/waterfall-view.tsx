import { formatMs, formatTime } from '../../shared/format';
import classes from './latency.module.css';
import type { Waterfall } from './waterfall';

/** The stages of one turn on a common scale; the figures stand beside the bars. */
export function WaterfallView({ waterfall: { id, at, bars, totalMs } }: { readonly waterfall: Waterfall }) {
  return (
    <li className={classes.waterfall}>
      <div className={classes.turn}>
        <span>{formatTime(at)}</span>
        <code>{id}</code>
        <span>{formatMs(totalMs)}</span>
      </div>
      <dl className={classes.stages}>
        {bars.map(({ stage, startMs, lengthMs }, index) => (
          <div key={index} className={classes.stage}>
            <dt>{stage}</dt>
            <dd className={classes.track}>
              <span
                className={classes.bar}
                data-is-whole={stage === 'turn_e2e'}
                style={{ left: share(startMs, totalMs), width: share(lengthMs, totalMs) }}
              />
              <span className="visually-hidden">from {formatMs(startMs)}, </span>
            </dd>
            <dd className={classes.figure}>{formatMs(lengthMs)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function share(ms: number, totalMs: number): string {
  return totalMs === 0 ? '0%' : `${(ms / totalMs) * 100}%`;
}
