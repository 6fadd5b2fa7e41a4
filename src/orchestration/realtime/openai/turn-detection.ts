import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import type { Dialect } from './endpoint';

/** What an interface without Azure's turn detection takes of it. */
const SERVER_VAD_MEMBERS = [
  'threshold',
  'prefix_padding_ms',
  'silence_duration_ms',
  'create_response',
  'interrupt_response',
];

/** The agents' turn detection; Azure's own becomes, where only Voice Live knows it, the nearest that there is. */
export function turnDetectionOf(given: JsonValue | undefined, dialect: Dialect): JsonValue {
  if (given === undefined) return { type: 'server_vad' };
  if (dialect === 'voiceLive' || !isJsonObject(given) || !isAzures(given['type'])) return given;
  return { type: 'server_vad', ...serverVadMembers(given) };
}

function isAzures(type: JsonValue | undefined): boolean {
  return typeof type === 'string' && type.startsWith('azure_');
}

function serverVadMembers(given: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(given).filter(([name]) => SERVER_VAD_MEMBERS.includes(name)));
}
