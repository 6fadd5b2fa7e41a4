import type { InEffect } from './session-state';
import type { Receipt } from './session-store';

/** A receipt from what is stored of it: its messages are numbered one after the other. */
export function receiptOf(revision: number, firstSeq: number, messages: number, at: number | string): Receipt {
  return { revision, messages: Array.from({ length: messages }, (_, index) => firstSeq + index), at: Number(at) };
}

/** The same with what is in effect after the batch, if anything is. */
export function withEffect(receipt: Receipt, effect: InEffect | undefined): Receipt {
  return effect ? { ...receipt, inEffect: effect } : receipt;
}
