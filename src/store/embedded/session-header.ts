import { encodeHeader, FIELD, LAYOUT_VERSION } from '../layout/fields';

/** What is kept of each session beside its fields, so that listing and expiry never touch them. Times in seconds. */
export interface SessionHeader {
  /** `legacy` until the first write, `ended` for a short while after the end. */
  readonly kind: 'live' | 'legacy' | 'ended';
  readonly revision: number;
  readonly lastSeq: number;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly ttlSeconds: number | null;
  /** Null: does not expire. */
  readonly expiresAt: number | null;
  readonly activeAgent: string | null;
  /** Version of the layout, where a later release has written the session; absent: this release's. */
  readonly layout?: string;
}

export const NEW_HEADER: SessionHeader = {
  kind: 'live',
  revision: 0,
  lastSeq: 0,
  createdAt: null,
  updatedAt: null,
  ttlSeconds: null,
  expiresAt: null,
  activeAgent: null,
};

/** The header as the Redis layout has it, for the decoder that reads both stores. */
export function headerFields(header: SessionHeader): string[] {
  const { revision, lastSeq, ttlSeconds, createdAt, updatedAt } = header;
  const numbers = {
    revision,
    lastSeq,
    ttlSeconds: ttlSeconds ?? 0,
    createdAt: createdAt ?? 0,
    updatedAt: updatedAt ?? 0,
  };
  return [FIELD.header, encodeHeader(numbers, header.layout ?? LAYOUT_VERSION)];
}
