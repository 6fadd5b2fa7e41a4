import { ArrayMaxSize, ArrayUnique, IsArray, IsObject, IsString, Matches } from 'class-validator';
import { deepFreeze, type JsonObject, type JsonValue, nestsWithin } from '../../common/json';
import { MayBeAbsent } from '../../common/may-be-absent';
import { MayBeNull } from '../../common/may-be-null';
import type { ErrorIssue } from '../../common/parley-error';
import { MAX_JSON_DEPTH } from '../../store/ops';
import type { Agent, AgentHandoff, ModelSettings } from '../agent';
import { LIMITS } from '../agent-limits';
import { HandoffEntry, modelIssues, SpeechSettingsEntry, TOOL_PATTERN, voiceIssues } from './agent-settings';
import { issuesOf } from './checked-entry';
import { MaxBytes } from './max-bytes';

/** Names of agents. */
export const AGENT_NAME = /^[A-Za-z][A-Za-z0-9 ._-]{0,63}$/;

/** The fields of an agent, but for its prompt, as a file or a request has them. Nested ones have rules of their own. */
export class AgentEntry {
  @Matches(AGENT_NAME, {
    message: '$property must be 1 to 64 characters, a letter first: A-Z a-z 0-9 . _ - or space',
  })
  name!: string;

  @MayBeAbsent()
  @IsString()
  @MaxBytes(LIMITS.descriptionBytes)
  description?: string;

  @MayBeAbsent()
  @IsString()
  @MaxBytes(LIMITS.promptBytes)
  greeting?: string;

  @MayBeAbsent()
  @IsString()
  @MaxBytes(LIMITS.promptBytes)
  returnGreeting?: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(LIMITS.tools)
  @ArrayUnique()
  @Matches(TOOL_PATTERN, { each: true, message: '$property must hold tool names: letters, digits, _ and -' })
  tools?: string[];

  @MayBeAbsent()
  @IsObject()
  handoff?: object;

  @MayBeAbsent()
  @IsObject()
  model?: object;

  @MayBeNull()
  @IsObject()
  cascadeModel?: object | null;

  @MayBeNull()
  @IsObject()
  liveModel?: object | null;

  @MayBeAbsent()
  @IsObject()
  voice?: object;

  @MayBeAbsent()
  @IsObject()
  speech?: object;

  @MayBeAbsent()
  @IsObject()
  session?: object;

  @MayBeAbsent()
  @IsObject()
  templateVars?: object;

  @MayBeAbsent()
  @IsObject()
  metadata?: object;
}

/** What is wrong with the fields of an agent, each at its place below `path`. */
export function agentIssues(fields: JsonObject, path: string): ErrorIssue[] {
  const nested = (field: string, check: (value: JsonValue, at: string) => ErrorIssue[]): ErrorIssue[] => {
    const value = fields[field];
    // Absent, null or no object: the entry's own rules say whether that may be.
    return typeof value === 'object' && value !== null ? check(value, `${path}/${field}`) : [];
  };
  return [
    ...issuesOf(AgentEntry, fields, path),
    ...nested('handoff', (value, at) => issuesOf(HandoffEntry, value, at)),
    ...nested('speech', (value, at) => issuesOf(SpeechSettingsEntry, value, at)),
    ...nested('voice', voiceIssues),
    ...['model', 'cascadeModel', 'liveModel'].flatMap((field) => nested(field, modelIssues)),
    ...['session', 'templateVars', 'metadata'].flatMap((field) => nested(field, depthIssues)),
  ];
}

function depthIssues(value: JsonValue, path: string): ErrorIssue[] {
  if (nestsWithin(value, MAX_JSON_DEPTH)) return [];
  return [{ path, message: `must not nest deeper than ${MAX_JSON_DEPTH} levels` }];
}

/** An agent of fields that have no issues. */
export function toAgent(fields: JsonObject, prompt: string): Agent {
  const text = (field: string) => (fields[field] as string | undefined) ?? '';
  const object = (field: string) => (fields[field] as JsonObject | undefined) ?? {};
  const handoff = object('handoff') as Partial<AgentHandoff>;
  return deepFreeze({
    name: text('name'),
    description: text('description'),
    greeting: text('greeting'),
    returnGreeting: text('returnGreeting'),
    handoff: { trigger: handoff.trigger ?? null, isEntryPoint: handoff.isEntryPoint ?? false },
    model: object('model'),
    cascadeModel: (fields['cascadeModel'] as ModelSettings | undefined) ?? null,
    liveModel: (fields['liveModel'] as ModelSettings | undefined) ?? null,
    voice: object('voice'),
    speech: object('speech'),
    session: object('session'),
    tools: (fields['tools'] as readonly string[] | undefined) ?? [],
    templateVars: object('templateVars'),
    metadata: object('metadata'),
    prompt,
  });
}
