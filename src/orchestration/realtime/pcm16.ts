/** Of PCM16, 24 kHz, mono: what realtime models hear and say. */
export const PCM16_BYTES_PER_MS = 48;
