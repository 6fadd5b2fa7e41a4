import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_SCHEME,
  HTTP_REQUEST_METHOD_VALUE_OTHER,
} from '@opentelemetry/semantic-conventions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSessionId } from '../../common/ids';
import { sessionAttributes } from '../attributes';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);
const PROBLEM = 'application/problem+json';

/** The route that was matched, never the path: that holds names of context keys. */
export function spanName({ method, routeOptions: { url } }: FastifyRequest): string {
  const name = METHODS.has(method) ? method : 'HTTP';
  return url === undefined ? name : `${name} ${url}`;
}

/** What a metric may be told apart by: as many values as there are routes, whatever clients send. */
export function requestLabels({ method, protocol, routeOptions: { url } }: FastifyRequest): Attributes {
  return {
    [ATTR_HTTP_REQUEST_METHOD]: METHODS.has(method) ? method : HTTP_REQUEST_METHOD_VALUE_OTHER,
    [ATTR_URL_SCHEME]: protocol,
    ...(url !== undefined && { [ATTR_HTTP_ROUTE]: url }),
  };
}

/** What only a span may hold. */
export function serverAttributes(request: FastifyRequest): Attributes {
  const { hostname, port } = request;
  return {
    ...(hostname !== '' && { [ATTR_SERVER_ADDRESS]: hostname }),
    ...(port !== null && { [ATTR_SERVER_PORT]: port }),
    [ATTR_NETWORK_PROTOCOL_VERSION]: request.raw.httpVersion,
    ...sessionOf(request),
  };
}

/** Of a route about one session; an id that no session can have is text from anywhere, and stays out. */
function sessionOf({ params, routeOptions: { url } }: FastifyRequest): Attributes {
  if (!url?.includes('/sessions/:id')) return {};
  const { id } = params as { id?: unknown };
  return isSessionId(id) ? sessionAttributes(id) : {};
}

/** The stable code in an answer of ours that says what went wrong. */
export function problemCode(reply: FastifyReply, payload: unknown): string | undefined {
  if (typeof payload !== 'string' || !String(reply.getHeader('content-type')).startsWith(PROBLEM)) return undefined;
  const { code } = JSON.parse(payload) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
