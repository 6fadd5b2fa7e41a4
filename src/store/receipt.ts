import type { JsonValue } from '../common/json';
import { decodeAgentHeader, NO_AGENTS } from './agent-state';
import { agentName, inEffect } from './session-state';
import type { Receipt } from './session-store';

/** A receipt from what is stored of it: its messages are numbered one after the other. */
export function receiptOf(revision: number, firstSeq: number, messages: number, at: number | string): Receipt {
  return { revision, messages: Array.from({ length: messages }, (_, index) => firstSeq + index), at: Number(at) };
}

/** The same with what is in effect after the batch, from the stored texts; null, undefined or empty: nothing. */
export function withEffect(
  receipt: Receipt,
  agentHeader: string | null | undefined,
  activeAgent: string | null | undefined,
): Receipt {
  if (!agentHeader && !activeAgent) return receipt;
  const agents = agentHeader ? decodeAgentHeader(agentHeader) : NO_AGENTS;
  const effect = inEffect(agentName(activeAgent ? (JSON.parse(activeAgent) as JsonValue) : undefined), agents);
  return effect ? { ...receipt, inEffect: effect } : receipt;
}
