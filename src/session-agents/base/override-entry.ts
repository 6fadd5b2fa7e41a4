import { ArrayMaxSize, ArrayUnique, IsArray, IsObject, IsString } from 'class-validator';
import { isJsonObject, type JsonObject, nestsWithin } from '../../common/json';
import { MayBeNull } from '../../common/may-be-null';
import type { ErrorIssue } from '../../common/parley-error';
import { MAX_JSON_DEPTH } from '../../store/ops';
import { LIMITS } from '../agent-limits';
import { modelIssues, TOOL_PATTERN, voiceIssues } from './agent-settings';
import { issuesOf } from './checked-entry';
import { MaxBytes } from './max-bytes';

/** The fields of a change of overrides: an absent one stays, null clears one. */
class OverrideEntry {
  @MayBeNull()
  @IsString()
  @MaxBytes(LIMITS.promptBytes)
  prompt?: string | null;

  @MayBeNull()
  @IsString()
  @MaxBytes(LIMITS.promptBytes)
  greeting?: string | null;

  @MayBeNull()
  @IsArray()
  @ArrayMaxSize(LIMITS.tools)
  @ArrayUnique()
  tools?: string[] | null;

  @MayBeNull()
  @IsObject()
  voice?: object | null;

  @MayBeNull()
  @IsObject()
  model?: object | null;

  @MayBeNull()
  @IsObject()
  templateVars?: object | null;
}

/** What is wrong with a change of overrides, each at its place below `path`. */
export function overrideIssues(value: JsonObject, path: string): ErrorIssue[] {
  return [...issuesOf(OverrideEntry, value, path), ...memberIssues(value, path)];
}

/** Members that are null are taken away: whatever their rules say of values. */
function memberIssues({ tools, voice, model, templateVars }: JsonObject, path: string): ErrorIssue[] {
  return [
    ...(Array.isArray(tools) ? toolNameIssues(tools, `${path}/tools`) : []),
    ...(isJsonObject(voice) ? voiceIssues(withoutNulls(voice), `${path}/voice`) : []),
    ...(isJsonObject(model)
      ? [...modelIssues(withoutNulls(model), `${path}/model`), ...sizeIssues(model, `${path}/model`)]
      : []),
    ...(isJsonObject(templateVars) ? variableIssues(templateVars, `${path}/templateVars`) : []),
  ];
}

function toolNameIssues(tools: readonly unknown[], path: string): ErrorIssue[] {
  return tools.flatMap((tool, index) => {
    if (typeof tool === 'string' && TOOL_PATTERN.test(tool)) return [];
    return [{ path: `${path}/${index}`, message: 'must be a tool name: letters, digits, _ and -, at most 64' }];
  });
}

function variableIssues(variables: JsonObject, path: string): ErrorIssue[] {
  if (!nestsWithin(variables, MAX_JSON_DEPTH)) {
    return [{ path, message: `must not nest deeper than ${MAX_JSON_DEPTH} levels` }];
  }
  const count = Object.keys(variables).length;
  if (count > LIMITS.templateVars) return [{ path, message: `must have at most ${LIMITS.templateVars} variables` }];
  return sizeIssues(variables, path);
}

/** Only for what nests no deeper than JSON may be written. */
function sizeIssues(value: JsonObject, path: string): ErrorIssue[] {
  if (!nestsWithin(value, MAX_JSON_DEPTH + 1)) return [];
  if (Buffer.byteLength(JSON.stringify(value)) <= LIMITS.jsonBytes) return [];
  return [{ path, message: `must have at most ${LIMITS.jsonBytes} bytes of JSON` }];
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
