import type { ApiRole } from '../../config/api-keys';

const READING_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The role a request needs; undefined where anybody may ask: health, metrics and the documentation, which hold nothing
 * of any session. Everything below `/v1` needs one, routes that don't exist included.
 */
export function requiredRole(method: string, path: string): ApiRole | undefined {
  if (!path.startsWith('/v1/') && path !== '/v1') return undefined;
  if (path.startsWith('/v1/admin/') || path === '/v1/admin') return 'admin';
  return READING_METHODS.includes(method) ? 'read' : 'runtime';
}
