import type { Receipt } from './session-store';

/** A receipt from what is stored of it: its messages are numbered one after the other. */
export function receiptOf(revision: number, firstSeq: number, messages: number, at: number | string): Receipt {
  return { revision, messages: Array.from({ length: messages }, (_, index) => firstSeq + index), at: Number(at) };
}
