import type { AgentView } from './agents-api';

type Explained = NonNullable<AgentView['fields']>[string];
export type Layer = Explained['layer'];

export interface FieldRow {
  /** Such as `voice.rate`. */
  readonly setting: string;
  readonly value: unknown;
  readonly layer: Layer;
  readonly revision: number | null;
}

/** What is worked on first. */
const FIRST = ['prompt', 'greeting', 'returnGreeting', 'voice', 'model', 'tools', 'templateVars'];
/** The name is in the heading. */
const UNSAID = ['name'];

/** The settings of an agent, one by one: each member of those that several layers make. */
export function fieldRows({ fields = {} }: AgentView): FieldRow[] {
  const names = Object.keys(fields).filter((name) => !UNSAID.includes(name));
  const ordered = [...FIRST.filter((name) => names.includes(name)), ...names.filter((name) => !FIRST.includes(name))];
  return ordered.flatMap((name) => rowsOf(name, fields[name] as Explained));
}

function rowsOf(name: string, { value, layer, revision, members = {} }: Explained): FieldRow[] {
  const rows = Object.entries(members).map(([member, explained]) => ({ setting: `${name}.${member}`, ...explained }));
  return rows.length > 0 ? rows : [{ setting: name, value: isEmpty(value) ? null : value, layer, revision }];
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
