import type { Op } from './ops';

/** Makes of operations what may be stored of them; the same for the same, so that a repeated batch stays the same. */
export type OperationFilter = (ops: readonly Op[]) => readonly Op[];

/** Injection token of {@link OperationFilter}; optional. Asked wherever operations come in: over HTTP, live, in memos. */
export const OPERATION_FILTER = Symbol('OPERATION_FILTER');
