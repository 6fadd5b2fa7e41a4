import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import type { RealtimeSettings } from '../realtime-model';
import type { Dialect } from './endpoint';
import { turnDetectionOf } from './turn-detection';
import { voiceOf } from './voice';

export interface SessionDefaults {
  readonly transcriptionModel: string;
  /** Whether the voice may be named. */
  readonly withVoice: boolean;
}

const PCM16_24KHZ = { type: 'audio/pcm', rate: 24_000 };
/** Options under their flat names, which stand somewhere else in the general interface. */
const FLAT_NAMES = [
  'modalities',
  'input_audio_format',
  'output_audio_format',
  'input_audio_noise_reduction',
  'input_audio_transcription',
  'turn_detection',
  'max_response_output_tokens',
  'speed',
  'voice',
  'temperature',
];

/**
 * The `session` of a `session.update`. Agents name the maker's options flat, as the dated interfaces do; the general one
 * has them elsewhere. What a session can keep from the agent before is always named: absent would mean unchanged.
 */
export function sessionBody(settings: RealtimeSettings, dialect: Dialect, defaults: SessionDefaults): JsonObject {
  return dialect === 'general' ? generalBody(settings, defaults) : datedBody(settings, dialect, defaults);
}

function datedBody(settings: RealtimeSettings, dialect: Dialect, defaults: SessionDefaults): JsonObject {
  const { voice: named, ...options } = settings.session;
  const voice = defaults.withVoice ? (voiceOf(settings.voice, dialect) ?? named) : undefined;
  return {
    modalities: ['text', 'audio'],
    tool_choice: 'auto',
    input_audio_noise_reduction: null,
    input_audio_transcription: { model: defaults.transcriptionModel },
    ...options,
    ...common(settings),
    max_response_output_tokens: settings.maxTokens ?? options['max_response_output_tokens'] ?? 'inf',
    turn_detection: turnDetectionOf(options['turn_detection'], dialect),
    input_audio_format: 'pcm16',
    output_audio_format: 'pcm16',
    ...(settings.temperature !== undefined && { temperature: settings.temperature }),
    ...(voice !== undefined && { voice }),
  };
}

function generalBody(settings: RealtimeSettings, defaults: SessionDefaults): JsonObject {
  const flat = settings.session;
  const { audio, ...options } = withoutFlatNames(flat);
  return {
    type: 'realtime',
    tool_choice: 'auto',
    output_modalities: modalitiesOf(flat['modalities']),
    ...options,
    ...common(settings),
    max_output_tokens:
      settings.maxTokens ?? flat['max_response_output_tokens'] ?? options['max_output_tokens'] ?? 'inf',
    audio: {
      input: { ...inputOf(flat, defaults), ...member(audio, 'input'), format: PCM16_24KHZ },
      output: outputOf(settings, member(audio, 'output'), defaults),
    },
  };
}

function common({ instructions, tools }: RealtimeSettings): JsonObject {
  return { instructions, tools: tools.map((tool) => ({ type: 'function', ...tool })) };
}

function inputOf(flat: JsonObject, { transcriptionModel }: SessionDefaults): JsonObject {
  return {
    noise_reduction: flat['input_audio_noise_reduction'] ?? null,
    transcription: flat['input_audio_transcription'] ?? { model: transcriptionModel },
    turn_detection: turnDetectionOf(flat['turn_detection'], 'general'),
  };
}

function outputOf(settings: RealtimeSettings, given: JsonObject, { withVoice }: SessionDefaults): JsonObject {
  const { voice: named = settings.session['voice'], ...options } = given;
  const voice = withVoice ? (voiceOf(settings.voice, 'general') ?? named) : undefined;
  return {
    speed: settings.session['speed'] ?? 1,
    ...options,
    format: PCM16_24KHZ,
    ...(voice !== undefined && { voice }),
  };
}

/** The general interface speaks or writes, and writes along what it speaks. */
function modalitiesOf(flat: JsonValue | undefined): string[] {
  return Array.isArray(flat) && !flat.includes('audio') ? ['text'] : ['audio'];
}

function withoutFlatNames(options: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !FLAT_NAMES.includes(name)));
}

function member(value: JsonValue | undefined, name: string): JsonObject {
  const found = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(found) ? found : {};
}
