import type { ErrorCode } from '../../src/common/error-catalogue';
import { isParleyError } from '../../src/common/parley-error';

/** The code with which a call is refused; anything that is not one of the store's own errors stays what it is. */
export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | 'resolved'> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    if (isParleyError(error)) return error.code;
    throw error;
  }
}
