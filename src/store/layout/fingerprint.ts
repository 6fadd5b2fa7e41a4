import { hash } from 'node:crypto';

/** Characters kept of the SHA-1: 96 bits tell two batches under one id apart for sure enough. */
const LENGTH = 16;

/** What the stores compare to tell a repeated batch from another one under the same id. */
export function fingerprintOf(text: string): string {
  return hash('sha1', text, 'base64').slice(0, LENGTH);
}
