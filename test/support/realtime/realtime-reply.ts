/** What a response says or calls, in order. */
export type Reply = readonly Output[];

export interface SpokenOutput {
  readonly say: string;
  /** Of its audio; 100 by default. */
  readonly audioMs?: number;
  /** Part of it, from 0 to 1, after which the response stays as it is until it is cancelled or let go. */
  readonly holdAt?: number;
}

export interface CalledOutput {
  readonly call: string;
  readonly args: string;
  readonly callId?: string;
}

export type Output = SpokenOutput | CalledOutput;

export type WireEvent = Readonly<Record<string, unknown>>;

const CHUNK_MS = 20;
const BYTES_PER_MS = 48;

export interface SpokenDelta {
  readonly text: string;
  readonly audio: Buffer;
}

/** A text in words, each with its share of the audio. Bytes count up, so that what is missing or doubled shows. */
export function spokenDeltas(text: string, audioMs: number): SpokenDelta[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const chunks = Math.max(words.length, Math.ceil(audioMs / CHUNK_MS));
  const audio = Buffer.from(Array.from({ length: audioMs * BYTES_PER_MS }, (_, index) => index % 251));
  const place = (index: number) => 2 * Math.round((index * audio.length) / chunks / 2);
  return Array.from({ length: chunks }, (_, index) => ({
    text: words[index] ?? '',
    audio: audio.subarray(place(index), place(index + 1)),
  }));
}
