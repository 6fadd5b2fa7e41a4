import { decodeStored, wholeNumber } from '../layout/decode-session';
import { FIELD } from '../layout/fields';
import { encodeRun, parseRun, type StoredRun } from '../layout/runs';
import type { OpOf } from '../ops';
import { KEPT_RUNS, RUN_SAMPLES } from '../session-store';
import type { SessionFields } from './session-fields';

/** Adds a sample to its run, whose first ones are kept; a run that begins takes the place of the oldest. */
export function addToRun(
  sessionId: string,
  fields: SessionFields,
  { stage, seconds, run, meta }: OpOf<'recordLatency'>,
  at: number,
): void {
  const name = JSON.stringify(run);
  const field = FIELD.run(name);
  const text = fields.get(field);
  const label = typeof meta?.['label'] === 'string' ? meta['label'] : null;
  const stored = text === undefined ? begin(fields, name, at, label) : decodeStored(sessionId, () => parseRun(text));
  fields.set(field, encodeRun(withSample({ ...stored, label: stored.label ?? label }, [stage, seconds, at])));
}

function begin(fields: SessionFields, name: string, at: number, label: string | null): StoredRun {
  const number = wholeNumber(fields.get(FIELD.lastRun) ?? '0') + 1;
  const place = FIELD.runRing(number % KEPT_RUNS);
  const oldest = fields.get(place);
  if (oldest !== undefined) fields.remove(FIELD.run(oldest));
  fields.set(FIELD.lastRun, String(number));
  fields.set(place, name);
  return { number, count: 0, at, label, samples: '' };
}

function withSample(run: StoredRun, sample: readonly [string, number, number]): StoredRun {
  const { count, samples } = run;
  if (count >= RUN_SAMPLES) return run;
  return { ...run, count: count + 1, samples: samples + (count > 0 ? ',' : '') + JSON.stringify(sample) };
}
