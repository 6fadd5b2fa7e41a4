/** What a session can say of an agent in place of what stands beneath; null: it says nothing. */
export interface OverridePatch {
  readonly prompt?: string | null;
  readonly greeting?: string | null;
  readonly voice?: Members | null;
  readonly model?: Members | null;
  readonly tools?: readonly string[] | null;
  readonly templateVars?: Members | null;
}

export type OverrideField = keyof OverridePatch;
type Members = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** What a draft is made of: see Preview. */
export interface Standing {
  readonly base: {
    readonly prompt: string;
    readonly greeting: string;
    readonly tools: readonly string[];
  };
  readonly overrides: OverridePatch | null;
}

/** What is being written. Members are texts; an empty one leaves what stands beneath. */
export interface Draft {
  readonly prompt: string;
  readonly greeting: string;
  readonly voice: Texts;
  readonly model: Texts;
  /** Options of the vendor, as JSON. */
  readonly modelOptions: string;
  readonly tools: readonly string[];
  /** As JSON. */
  readonly templateVars: string;
}

export const VOICE_MEMBERS = ['name', 'type', 'style', 'rate', 'pitch', 'endpointId'] as const;
export const MODEL_MEMBERS = ['deployment', 'temperature', 'topP', 'maxTokens', 'reasoningEffort'] as const;
const NUMBERS: readonly string[] = ['temperature', 'topP', 'maxTokens'];

/** Parts of a draft by the field that they are of. */
const PARTS: Readonly<Record<OverrideField, readonly (keyof Draft)[]>> = {
  prompt: ['prompt'],
  greeting: ['greeting'],
  voice: ['voice'],
  model: ['model', 'modelOptions'],
  tools: ['tools'],
  templateVars: ['templateVars'],
};
export const OVERRIDE_FIELDS = Object.keys(PARTS) as readonly OverrideField[];

/** What there is to write on. */
export function draftOf({ base, overrides }: Standing): Draft {
  const { prompt, greeting, voice, model, tools, templateVars } = overrides ?? {};
  return {
    prompt: prompt ?? base.prompt,
    greeting: greeting ?? base.greeting,
    voice: textsOf(voice, VOICE_MEMBERS),
    model: textsOf(model, MODEL_MEMBERS),
    modelOptions: jsonOf(without(model ?? {}, MODEL_MEMBERS)),
    tools: tools ?? base.tools,
    templateVars: jsonOf(templateVars ?? {}),
  };
}

/** The fields that were written on. */
export function touchedFields(draft: Draft, basis: Standing): OverrideField[] {
  const before = draftOf(basis);
  return OVERRIDE_FIELDS.filter((field) => PARTS[field].some((part) => !isSame(draft[part], before[part])));
}

export interface DraftIssue {
  /** JSON pointer, as the service tells its own. */
  readonly path: string;
  readonly message: string;
}

/** What saving it would change, the whole override of each field that was written on; or why it cannot be said. */
export function patchOf(draft: Draft, basis: Standing): { patch: OverridePatch; issues: readonly DraftIssue[] } {
  const options = parsedObject(draft.modelOptions, '/model');
  const variables = parsedObject(draft.templateVars, '/templateVars');
  const wanted: Required<OverridePatch> = {
    prompt: draft.prompt === basis.base.prompt ? null : draft.prompt,
    greeting: draft.greeting === basis.base.greeting ? null : draft.greeting,
    voice: orNull(membersOf(draft.voice)),
    model: orNull({ ...options.value, ...membersOf(draft.model) }),
    tools: isSame(draft.tools, basis.base.tools) ? null : draft.tools,
    templateVars: orNull(variables.value),
  };
  const touched = touchedFields(draft, basis).map((field) => [field, wanted[field]] as const);
  return { patch: Object.fromEntries(touched), issues: [...options.issues, ...variables.issues] };
}

/** What was written, on what somebody else has saved meanwhile: theirs where it was not written on. */
export function rebased(draft: Draft, basis: Standing, theirs: Standing): Draft {
  const mine = touchedFields(draft, basis).flatMap((field) => PARTS[field].map((part) => [part, draft[part]]));
  return { ...draftOf(theirs), ...(Object.fromEntries(mine) as Partial<Draft>) };
}

/** A draft with one field as it stands beneath. */
export function cleared(draft: Draft, field: OverrideField, { base }: Standing): Draft {
  const empty = draftOf({ base, overrides: null });
  return { ...draft, ...Object.fromEntries(PARTS[field].map((part) => [part, empty[part]])) };
}

/** Whether a field says anything of its own. */
export function isOverridden(draft: Draft, field: OverrideField, basis: Standing): boolean {
  const beneath = cleared(draft, field, basis);
  return PARTS[field].some((part) => !isSame(draft[part], beneath[part]));
}

/** The overrides that were there after a revision, of those now and the changes since, oldest first. */
export function overridesAfter(
  revision: number,
  revisions: readonly { readonly revision: number; readonly before: Members }[],
  current: OverridePatch,
): OverridePatch {
  const later = revisions.filter((entry) => entry.revision > revision);
  const before = later.toReversed().map((entry) => entry.before);
  const values = Object.assign({}, current, ...before) as OverridePatch;
  return Object.fromEntries(OVERRIDE_FIELDS.map((field) => [field, values[field] ?? null]));
}

function textsOf(members: Members | null | undefined, names: readonly string[]): Texts {
  return Object.fromEntries(names.map((name) => [name, textOf(members?.[name])]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function membersOf(texts: Texts): Members {
  const told = Object.entries(texts).filter(([, text]) => text.trim() !== '');
  return Object.fromEntries(told.map(([name, text]) => [name, valueOf(name, text.trim())]));
}

/** What is no number stays the text that it is: the service says what it should be. */
function valueOf(name: string, text: string): string | number {
  return NUMBERS.includes(name) && Number.isFinite(Number(text)) ? Number(text) : text;
}

function without(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function orNull(members: Members): Members | null {
  return Object.keys(members).length > 0 ? members : null;
}

function jsonOf(members: Members): string {
  return Object.keys(members).length > 0 ? JSON.stringify(members, null, 2) : '';
}

function parsedObject(text: string, path: string): { value: Members; issues: DraftIssue[] } {
  if (text.trim() === '') return { value: {}, issues: [] };
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { value: value as Members, issues: [] };
  return { value: {}, issues: [{ path, message: 'must be an object of JSON, such as {"tone": "calm"}' }] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of what has been made in the same way: its members come in the same order. */
function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
