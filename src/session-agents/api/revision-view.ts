import { createTwoFilesPatch } from 'diff';
import type { JsonObject, JsonValue } from '../../common/json';
import type { Revision } from '../changes/audit-entry';
import { parseRecordName } from '../state/agent-records';

/** Lines that may differ between two prompts until their difference is not worked out: it would take too long. */
const MAX_DIFFERING_LINES = 2000;

/** An entry of the audit trail as answers show it. */
export function revisionView({ before, after, previous, ...revision }: Revision) {
  const isOfAgent = revision.agent !== null;
  return { ...revision, before: readable(before, isOfAgent), after: readable(after, isOfAgent), previous };
}

/** The same with the difference of the prompts as a unified diff; null where the prompt stayed. */
export function revisionWithDiff(revision: Revision, basePrompt: string) {
  return { ...revisionView(revision), promptDiff: promptDiff(revision, basePrompt) };
}

/** Names of fields in place of names of records: of one agent's bare, of several agents' with the agent before them. */
function readable(values: JsonObject, isOfAgent: boolean): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [readableName(name, isOfAgent), value]));
}

function readableName(name: string, isOfAgent: boolean): string {
  const record = parseRecordName(name);
  switch (record?.kind) {
    case 'override':
      return isOfAgent ? record.field : `agents/${record.key}/${record.field}`;
    case 'custom':
      return isOfAgent ? 'definition' : `agents/${record.key}/definition`;
    case 'handoff':
      return `handoffs/${record.tool}`;
    default:
      return name;
  }
}

function promptDiff({ before, after }: Revision, basePrompt: string): string | null {
  const name = Object.keys(after).find((record) => record.startsWith('prompt:'));
  if (name === undefined) return null;
  const [old, current] = [textOf(before[name], basePrompt), textOf(after[name], basePrompt)];
  const options = { context: 3, maxEditLength: MAX_DIFFERING_LINES };
  return createTwoFilesPatch('before', 'after', old, current, undefined, undefined, options) ?? null;
}

/** Without an override it was the agent's own. */
function textOf(value: JsonValue | undefined, basePrompt: string): string {
  return typeof value === 'string' ? value : basePrompt;
}
