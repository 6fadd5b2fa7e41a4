import { object, orNull, type SchemaObject, strict } from '../../api/docs/schema';
import {
  MAX_TEMPERATURE,
  MAX_TOKENS,
  MAX_TOP_P,
  OPTION_PATTERN,
  PROSODY,
  REASONING_EFFORT,
  VENDOR_NAME,
} from '../base/agent-settings';

type Members = Record<string, SchemaObject>;

/** Settings of models and voices, by the patterns that they are checked by. */
const matching = (pattern: RegExp, description?: string): SchemaObject => ({
  type: 'string',
  pattern: pattern.source,
  ...(description !== undefined && { description }),
});

const VOICE_MEMBERS: Members = {
  name: matching(VENDOR_NAME),
  type: matching(VENDOR_NAME),
  style: matching(VENDOR_NAME),
  rate: matching(PROSODY, 'Such as `+10%` or `slow`.'),
  pitch: matching(PROSODY, 'Such as `-5%` or `low`.'),
  endpointId: matching(VENDOR_NAME),
};
const MODEL_MEMBERS: Members = {
  deployment: matching(VENDOR_NAME),
  temperature: { type: 'number', minimum: 0, maximum: MAX_TEMPERATURE },
  topP: { type: 'number', minimum: 0, maximum: MAX_TOP_P },
  maxTokens: { type: 'integer', minimum: 1, maximum: MAX_TOKENS },
  reasoningEffort: matching(REASONING_EFFORT, 'Such as `low`, `medium` or `high`.'),
};

const voiceOf = (members: Members): SchemaObject => strict(object(members, Object.keys(members)));

/** `propertyNames` is of OpenAPI 3.1: the library's types are those of 3.0. */
const modelOf = (members: Members): SchemaObject =>
  ({
    ...object(members, Object.keys(members)),
    description: 'Other members are vendor options, passed on as they are.',
    propertyNames: { type: 'string', pattern: OPTION_PATTERN.source },
    additionalProperties: true,
  }) as unknown as SchemaObject;

const clearable = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, orNull(schema)]));

export const VOICE = voiceOf(VOICE_MEMBERS);
export const MODEL = modelOf(MODEL_MEMBERS);
/** In a change of overrides null takes a member away. */
export const VOICE_PATCH = voiceOf(clearable(VOICE_MEMBERS));
export const MODEL_PATCH = modelOf(clearable(MODEL_MEMBERS));
