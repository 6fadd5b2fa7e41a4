import { ConsoleError } from './console-error';
import { problemOf } from './problem';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Told of every refusal that a new sign-in would change. */
type OnUnauthorized = () => void;
let onUnauthorized: OnUnauthorized = () => undefined;

export function whenUnauthorized(listener: OnUnauthorized): void {
  onUnauthorized = listener;
}

/**
 * Asks the service, which is trusted to answer as its OpenAPI document says; null where the answer has no body.
 * @throws ConsoleError
 */
export async function request<T>(path: string, options: HttpRequest = {}): Promise<T> {
  const response = await answerOf(path, options);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** As `request`, for what is no JSON. */
export async function requestText(path: string, options: HttpRequest = {}): Promise<string> {
  return (await answerOf(path, options)).text();
}

/** A path whose parts came from outside: `pathOf('/v1/sessions', id)`. */
export function pathOf(base: string, ...parts: readonly string[]): string {
  return [base, ...parts.map(encodeURIComponent)].join('/');
}

async function answerOf(path: string, options: HttpRequest): Promise<Response> {
  const response = await send(path, options);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401) onUnauthorized();
  throw problem;
}

async function send(
  path: string,
  { method = 'GET', body, query = {}, headers, signal }: HttpRequest,
): Promise<Response> {
  try {
    return await fetch(`${path}${queryOf(query)}`, {
      method,
      credentials: 'same-origin',
      // The service takes no change from a page that cannot set this: other sites cannot.
      headers: {
        ...headers,
        'x-parley-console': '1',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ConsoleError('unreachable', 'The service does not answer. It may be restarting.', 0);
  }
}

function queryOf(query: NonNullable<HttpRequest['query']>): string {
  const told = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(told.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
