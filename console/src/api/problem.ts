import { ConsoleError, type ErrorIssue } from './console-error';

/** The error that a refusal stands for: `application/problem+json`, or whatever a proxy on the way has made of it. */
export async function problemOf(response: Response): Promise<ConsoleError> {
  const body = await bodyOf(response);
  if (typeof body['code'] !== 'string') {
    return new ConsoleError('unexpected_answer', `The service answered ${response.status}.`, response.status);
  }
  const { code, detail, title, errors, ...extra } = body;
  const message = [detail, title, code].find((text) => typeof text === 'string' && text !== '');
  return new ConsoleError(code, String(message), response.status, issuesOf(errors), extra);
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json().catch(() => undefined);
  return isObject(body) ? body : {};
}

function issuesOf(errors: unknown): ErrorIssue[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isIssue);
}

function isIssue(value: unknown): value is ErrorIssue {
  return isObject(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
