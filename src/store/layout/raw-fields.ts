import type { RawField, Repair } from '../raw-session';
import { isReadableField } from './readable-field';
import type { RepairPlan } from './plan-repair';

export function rawField(name: Buffer, value: Buffer): RawField {
  return { name, value, isReadable: isReadableField(name.toString(), value.toString()) };
}

/** By their names, so that pages of them follow each other. */
export function sortedFields(fields: readonly RawField[]): RawField[] {
  return [...fields].sort((left, right) => left.name.compare(right.name));
}

/** What a plan that was carried out has done. */
export function repairOf({ moves, revision, isHeaderRebuilt }: RepairPlan): Repair {
  return { revision, isHeaderRebuilt, quarantined: moves.map(({ field }) => field) };
}
