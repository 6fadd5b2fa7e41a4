import type { JsonValue } from '../../../common/json';
import type { VoiceSettings } from '../../../session-agents';
import type { Dialect } from './endpoint';

/** A voice as the interface names it; undefined where it cannot be spoken there. */
export function voiceOf(voice: VoiceSettings | undefined, dialect: Dialect): JsonValue | undefined {
  if (voice?.name === undefined) return undefined;
  const isAzure = voice.type?.startsWith('azure-') ?? false;
  if (!isAzure) return voice.name;
  if (dialect !== 'voiceLive') return undefined;
  const { name, type, style, rate, pitch, endpointId } = voice;
  return {
    name,
    type: type as string,
    ...(style !== undefined && { style }),
    ...(rate !== undefined && { rate: factorOf(rate) }),
    ...(pitch !== undefined && { pitch }),
    ...(endpointId !== undefined && { endpoint_id: endpointId }),
  };
}

/** Agents say `+10%`, as SSML does; Voice Live wants a factor, as a text. */
function factorOf(rate: string): string {
  const percent = /^([+-]?\d+(?:\.\d+)?)%$/.exec(rate)?.[1];
  return percent === undefined ? rate : String(Math.round(100 + Number(percent)) / 100);
}
