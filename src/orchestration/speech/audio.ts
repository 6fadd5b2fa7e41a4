/** How audio is coded; samples are signed 16-bit integers, little-endian, unless the encoding is a telephone's. */
export interface AudioFormat {
  readonly encoding: 'pcm16' | 'g711_ulaw' | 'g711_alaw';
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
}

/** A stretch of audio in the format that was agreed on, of any length; 20 milliseconds are usual. */
export type AudioChunk = Uint8Array;
