import { isJsonObject, type JsonObject } from '../../../src/common/json';

export interface SessionFault {
  readonly code: string;
  readonly param: string;
}

const COMMON = ['instructions', 'tools', 'tool_choice', 'tracing'];
const GENERAL = [
  ...COMMON,
  'type',
  'audio',
  'output_modalities',
  'max_output_tokens',
  'include',
  'truncation',
  'reasoning',
];
const DATED = [
  ...COMMON,
  'modalities',
  'voice',
  'input_audio_format',
  'output_audio_format',
  'input_audio_noise_reduction',
  'input_audio_transcription',
  'turn_detection',
  'temperature',
  'max_response_output_tokens',
  'speed',
];
const TURN_DETECTIONS = ['server_vad', 'semantic_vad'];

/** Why a model takes no session like this. */
export function sessionFault(
  session: JsonObject,
  dialect: 'general' | 'dated',
  hasSpoken: boolean,
): SessionFault | undefined {
  const known = dialect === 'general' ? GENERAL : DATED;
  const unknown = Object.keys(session).find((name) => !known.includes(name));
  if (unknown !== undefined) return { code: 'unknown_parameter', param: `session.${unknown}` };
  if (dialect === 'general' && session['type'] !== 'realtime') {
    return { code: 'missing_required_parameter', param: 'session.type' };
  }
  const { turnDetection, voice } = dialect === 'general' ? nested(session) : flat(session);
  const type = isJsonObject(turnDetection) ? turnDetection['type'] : null;
  if (type !== null && !TURN_DETECTIONS.includes(type as string)) {
    return { code: 'invalid_value', param: 'session.turn_detection.type' };
  }
  if (voice !== undefined && hasSpoken) return { code: 'cannot_update_voice', param: 'session.voice' };
  return undefined;
}

function flat(session: JsonObject) {
  return { turnDetection: session['turn_detection'], voice: session['voice'] };
}

function nested({ audio }: JsonObject) {
  const { input, output } = isJsonObject(audio) ? audio : {};
  return {
    turnDetection: isJsonObject(input) ? input['turn_detection'] : undefined,
    voice: isJsonObject(output) ? output['voice'] : undefined,
  };
}
