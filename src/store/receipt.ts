import type { InEffect } from './session-state';
import type { Receipt } from './session-store';

/** Stands for the epoch where a batch did not interrupt. */
export const NO_EPOCH = '-';

/** A receipt from what is stored of it: its messages are numbered one after the other. */
export function receiptOf(
  revision: number,
  firstSeq: number,
  messages: number,
  at: number | string,
  epoch: string = NO_EPOCH,
): Receipt {
  const numbers = Array.from({ length: messages }, (_, index) => firstSeq + index);
  return { revision, messages: numbers, at: Number(at), ...(epoch !== NO_EPOCH && { epoch: Number(epoch) }) };
}

/** The same with what is in effect after the batch, if anything is. */
export function withEffect(receipt: Receipt, effect: InEffect | undefined): Receipt {
  return effect ? { ...receipt, inEffect: effect } : receipt;
}
