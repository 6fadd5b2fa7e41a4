import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { StoredDocument } from '../../store/shared-store';
import {
  type Experiment,
  type ExperimentHistoryEntry,
  type ExperimentStatus,
  EXPERIMENT_STATUSES,
  type GuardRail,
  type Variant,
} from './experiment';

/** An experiment as its document holds it: id and version are the document's own. */
export function storedForm({ id: _id, version: _version, ...stored }: Experiment): JsonValue {
  return stored as unknown as JsonValue;
}

/**
 * Reads a document with patience: another release may have written it. What sessions are split by must be there and
 * whole, all else has a default; undefined where it is not.
 */
export function readExperiment(id: string, { version, value }: StoredDocument): Experiment | undefined {
  if (!isJsonObject(value)) return undefined;
  const { agent, status, description, control, traffic, createdAt, updatedAt } = value;
  const variants = objectsIn(value['variants'])
    .map(readVariant)
    .filter((variant) => variant !== undefined);
  const [first] = variants;
  if (typeof agent !== 'string' || !isStatus(status) || !first) return undefined;
  // Without one of its variants it would split sessions otherwise than the other processes do.
  if (variants.length !== (value['variants'] as readonly unknown[]).length) return undefined;
  const begun = typeof createdAt === 'number' ? createdAt : 0;
  return {
    id,
    version,
    agent,
    status,
    variants,
    description: typeof description === 'string' ? description : '',
    control: typeof control === 'string' ? control : first.name,
    traffic: typeof traffic === 'number' ? traffic : 1,
    guardRails: objectsIn(value['guardRails']).filter(isGuardRail),
    createdAt: begun,
    updatedAt: typeof updatedAt === 'number' ? updatedAt : begun,
    history: objectsIn(value['history']) as unknown as ExperimentHistoryEntry[],
  };
}

function readVariant({ name, weight, overrides }: JsonObject): Variant | undefined {
  if (typeof name !== 'string' || typeof weight !== 'number' || !(weight > 0)) return undefined;
  return { name, weight, overrides: isJsonObject(overrides) ? overrides : {} };
}

function isStatus(value: JsonValue | undefined): value is ExperimentStatus {
  return (EXPERIMENT_STATUSES as readonly unknown[]).includes(value);
}

/** A guard-rail on something that this release doesn't know is kept, and says nothing here. */
function isGuardRail(value: JsonObject): value is GuardRail {
  return typeof value['minSamples'] === 'number';
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
