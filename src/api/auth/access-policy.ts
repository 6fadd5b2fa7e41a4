import type { ApiRole } from '../../config/api-keys';

const READING_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The role a request needs; undefined where anybody may ask: health, metrics and the documentation, which hold nothing
 * of any session. Everything below `/v1` needs one, routes that don't exist included.
 * @param route the pattern of the matched route, such as `/v1/sessions/:id`; the path as sent where none matched
 */
export function requiredRole(method: string, route: string): ApiRole | undefined {
  if (!/^\/v1(?![^/?])/.test(route)) return undefined;
  // Whoever signs in to the console has no session yet, and whoever signs out may have none any more.
  if (route === '/v1/console/session') return undefined;
  const isReading = READING_METHODS.includes(method);
  // A preview changes nothing: whoever sees all may ask for one.
  if (route === '/v1/admin/sessions/:id/agents/:name/preview') return 'audit';
  if (/^\/v1\/admin(?![^/?])/.test(route)) return isReading ? 'audit' : 'admin';
  // A ticket lets in as its key does, and whoever may read may listen.
  if (route === '/v1/live/tickets') return 'read';
  return isReading ? 'read' : 'runtime';
}
