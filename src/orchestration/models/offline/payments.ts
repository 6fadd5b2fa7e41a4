import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/json';
import { type Exchange, outputOf, type ToolResult } from './conversation';

const PLACES = [/\bfirst\b/i, /\bsecond\b/i, /\bthird\b/i];

/** The payments that were looked up last. */
export function paymentsOf(steps: readonly ToolResult[]): readonly JsonObject[] {
  const lists = steps.flatMap((step) => {
    const output = outputOf(step);
    const payments: JsonValue | undefined = isJsonObject(output) ? output['transactions'] : undefined;
    return Array.isArray(payments) ? [payments.filter(isJsonObject)] : [];
  });
  return lists.at(-1) ?? [];
}

/** The one that the caller's words point to: by its place in what was read out, or by the name of the shop. */
export function paymentMeant(exchanges: readonly Exchange[], payments: readonly JsonObject[]): JsonValue | undefined {
  for (const { said } of [...exchanges].reverse()) {
    const byShop = payments.find(
      ({ merchant }) => typeof merchant === 'string' && said.toLowerCase().includes(merchant.toLowerCase()),
    );
    const meant = byShop ?? payments[PLACES.findIndex((place) => place.test(said))];
    if (meant) return meant['transaction_id'];
  }
  return undefined;
}
