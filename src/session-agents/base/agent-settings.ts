import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsInt, IsNumber, Matches, Max, Min } from 'class-validator';
import { isJsonObject, jsonPointer, nestsWithin } from '../../common/json';
import { MayBeAbsent } from '../../common/may-be-absent';
import { MayBeNull } from '../../common/may-be-null';
import type { ErrorIssue } from '../../common/parley-error';
import { MAX_JSON_DEPTH } from '../../store/ops';
import { issuesOf, knownIssues, unknownFields } from './checked-entry';

/** Names of tools and triggers, as the models' vendors take them. */
export const TOOL_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
/** Names of vendor options of a model. */
export const OPTION_PATTERN = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
/** Names that vendors give: of deployments, voices, styles. */
export const VENDOR_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@ -]{0,127}$/;
/** SSML's prosody: a relative change, or a word. */
export const PROSODY =
  /^(?:[+-]?\d{1,3}(?:\.\d{1,2})?(?:%|Hz|st)?|x-slow|slow|medium|fast|x-fast|x-low|low|high|x-high|default)$/;

export const REASONING_EFFORT = /^[a-z]{1,32}$/;

export const MAX_TEMPERATURE = 2;
export const MAX_TOP_P = 1;
export const MAX_TOKENS = 1_000_000;
const MAX_SILENCE_MS = 60_000;
const MAX_LANGUAGES = 16;

export class ModelSettingsEntry {
  @MayBeAbsent()
  @Matches(VENDOR_NAME, { message: '$property must be a name of a deployment' })
  deployment?: string;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(MAX_TEMPERATURE)
  temperature?: number;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(MAX_TOP_P)
  topP?: number;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_TOKENS)
  maxTokens?: number;

  @MayBeAbsent()
  @Matches(REASONING_EFFORT, { message: '$property must be a word such as low, medium or high' })
  reasoningEffort?: string;
}

export class VoiceSettingsEntry {
  @MayBeAbsent()
  @Matches(VENDOR_NAME, { message: '$property must be the name of a voice' })
  name?: string;

  @MayBeAbsent()
  @Matches(VENDOR_NAME, { message: '$property must be a kind of voice' })
  type?: string;

  @MayBeAbsent()
  @Matches(VENDOR_NAME, { message: '$property must be a style of speaking' })
  style?: string;

  @MayBeAbsent()
  @Matches(PROSODY, { message: '$property must be a rate such as +10% or slow' })
  rate?: string;

  @MayBeAbsent()
  @Matches(PROSODY, { message: '$property must be a pitch such as -5% or low' })
  pitch?: string;

  @MayBeAbsent()
  @Matches(VENDOR_NAME, { message: '$property must be the id of an endpoint' })
  endpointId?: string;
}

export class SpeechSettingsEntry {
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_LANGUAGES)
  @ArrayUnique()
  @Matches(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, {
    each: true,
    message: '$property must hold language tags such as en-US',
  })
  languages?: string[];

  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(MAX_SILENCE_MS)
  silenceTimeoutMs?: number;

  @MayBeAbsent()
  @IsBoolean()
  semanticSegmentation?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  diarization?: boolean;
}

export class HandoffEntry {
  @MayBeNull()
  @Matches(TOOL_PATTERN, { message: '$property must be a tool name: letters, digits, _ and -, at most 64' })
  trigger?: string | null;

  @MayBeAbsent()
  @IsBoolean()
  isEntryPoint?: boolean;
}

/** The model's known settings by their rules, vendor options by their names. */
export function modelIssues(value: unknown, path: string): ErrorIssue[] {
  if (!isJsonObject(value)) return issuesOf(ModelSettingsEntry, value, path);
  const options = unknownFields(ModelSettingsEntry, value).flatMap((name) => {
    if (!OPTION_PATTERN.test(name)) return [{ path: path + jsonPointer(name), message: 'is not a name of an option' }];
    if (nestsWithin(value[name], MAX_JSON_DEPTH)) return [];
    return [{ path: path + jsonPointer(name), message: `must not nest deeper than ${MAX_JSON_DEPTH} levels` }];
  });
  return [...knownIssues(ModelSettingsEntry, value, path), ...options];
}

export function voiceIssues(value: unknown, path: string): ErrorIssue[] {
  return issuesOf(VoiceSettingsEntry, value, path);
}
