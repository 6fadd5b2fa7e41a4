import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import type { ErrorIssue } from '../../common/parley-error';
import { agentKey } from '../agent';

interface Named {
  /** The folder. */
  readonly name: string;
  readonly fields: JsonObject;
}

/**
 * What is wrong with agents beside each other: names, triggers, the entry point.
 * @param isWhole whether these are all: the entry point may be among those that could not be read
 */
export function collectionIssues(folders: readonly Named[], isWhole: boolean): ErrorIssue[] {
  return [
    ...duplicates(folders, '/name', ({ fields }) => fields['name'], agentKey),
    ...duplicates(folders, '/handoff/trigger', triggerOf, (trigger) => trigger),
    ...entryPointIssues(folders, isWhole),
  ];
}

function duplicates(
  folders: readonly Named[],
  path: string,
  valueOf: (folder: Named) => JsonValue | undefined,
  keyOf: (value: string) => string,
): ErrorIssue[] {
  const first = new Map<string, string>();
  return folders.flatMap((folder) => {
    const value = valueOf(folder);
    if (typeof value !== 'string') return [];
    const other = first.get(keyOf(value));
    if (other === undefined) {
      first.set(keyOf(value), folder.name);
      return [];
    }
    return [{ path: `${folder.name}/agent.yaml#${path}`, message: `is the same as in ${other}/agent.yaml` }];
  });
}

function triggerOf({ fields }: Named): JsonValue | undefined {
  const { handoff } = fields;
  return isJsonObject(handoff) ? handoff['trigger'] : undefined;
}

function entryPointIssues(folders: readonly Named[], isWhole: boolean): ErrorIssue[] {
  const entries = folders.filter(({ fields }) => {
    const { handoff } = fields;
    return isJsonObject(handoff) && handoff['isEntryPoint'] === true;
  });
  if (entries.length === 0 && isWhole) return [{ path: '', message: 'has no agent with handoff.isEntryPoint true' }];
  return entries
    .slice(1)
    .map(({ name }) => ({ path: `${name}/agent.yaml#/handoff/isEntryPoint`, message: 'only one agent can have it' }));
}
