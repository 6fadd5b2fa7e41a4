import Ajv2020 from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv';
import { SECURITY_HEADERS } from '../../src/api/security-headers';
import { ERROR_CATALOGUE, type ErrorCode } from '../../src/common/error-catalogue';
import type { FuzzRequest, OpenApi } from './http-requests';
import type { FuzzAnswer } from './http-sender';

interface DocumentedResponse {
  readonly content?: Readonly<Record<string, unknown>>;
}

/** Faults of ours, not of who asks, that the service may have all the same: it bounds the time of templates. */
const ALLOWED_FAILURES: readonly string[] = ['templates_busy'];
/** A stack, a file of ours or of the machine. */
const INSIDES = /\n\s+at \S|node_modules|\/dist\/|root:x:0/;

/** Holds answers against the OpenAPI document and against what is true of all of them. */
/** The only route that gives and takes cookies. */
const SIGN_IN = '/v1/console/session';

export class HttpVerdict {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly routes: readonly { readonly path: string; readonly pattern: RegExp }[];

  constructor(private readonly document: OpenApi) {
    this.ajv.addSchema({ ...document, $id: 'openapi' });
    this.routes = Object.keys(document.paths).map((path) => ({
      path,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/?]+')}$`),
    }));
  }

  /** In words what is wrong with an answer; undefined where nothing is. */
  faultOf(request: FuzzRequest, answer: FuzzAnswer): string | undefined {
    return this.missingHeader(request, answer) ?? this.failure(request, answer) ?? this.undocumented(request, answer);
  }

  /** The route as the document writes it; undefined for what the document does not have. */
  routeOf({ method, path }: FuzzRequest): { readonly verb: string; readonly path: string } | undefined {
    const [pathname = ''] = path.split('?');
    const verb = method.toLowerCase();
    const route = this.routes.find(
      (one) => one.pattern.test(pathname) && verb in (this.document.paths[one.path] ?? {}),
    );
    return route && { verb, path: route.path };
  }

  private missingHeader({ path }: FuzzRequest, { headers }: FuzzAnswer): string | undefined {
    if ('set-cookie' in headers && !path.startsWith(SIGN_IN)) return 'a cookie that nobody sets';
    const isPage = path.startsWith('/docs');
    const missing = Object.keys(SECURITY_HEADERS).find(
      (name) => headers[name] !== SECURITY_HEADERS[name] && !(isPage && name === 'content-security-policy'),
    );
    return missing && `no ${missing}`;
  }

  private failure({ method }: FuzzRequest, { status, headers, text }: FuzzAnswer): string | undefined {
    if (status < 400) return undefined;
    if (method === 'HEAD') return status >= 500 ? `status ${status}` : undefined;
    if (!headers['content-type']?.startsWith('application/problem+json'))
      return `${status} as ${headers['content-type']}`;
    const problem = JSON.parse(text) as { code: ErrorCode; status: number; type: string };
    if (!(problem.code in ERROR_CATALOGUE)) return `unknown code ${problem.code}`;
    if (problem.status !== status || problem.type !== `urn:parley:error:${problem.code}`)
      return 'a problem that is not its status';
    if (status >= 500 && !ALLOWED_FAILURES.includes(problem.code)) return `status ${status}, ${problem.code}`;
    return INSIDES.test(text) ? 'an error that shows insides' : undefined;
  }

  private undocumented(request: FuzzRequest, { status, headers, text }: FuzzAnswer): string | undefined {
    const route = this.routeOf(request);
    if (!route) return undefined;
    const responses = this.document.paths[route.path]?.[route.verb]?.responses ?? {};
    const key = String(status) in responses ? String(status) : 'default';
    // The default is said of errors.
    if (key === 'default' && status < 400) return `${status} is not documented`;
    const fault = this.contentFault([route.path, route.verb, key], responses[key] as DocumentedResponse, headers, text);
    // The default has the codes of what is no proper request at all, with whatever status.
    if (fault === undefined || status < 400 || key === 'default') return fault && `${status}: ${fault}`;
    const general = responses['default'] as DocumentedResponse;
    return this.contentFault([route.path, route.verb, 'default'], general, headers, text) && `${status}: ${fault}`;
  }

  private contentFault(
    place: readonly string[],
    { content }: DocumentedResponse,
    headers: FuzzAnswer['headers'],
    text: string,
  ): string | undefined {
    if (text === '') return content && 'no body';
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    if (!content || !(type in content)) return `${type} is not documented`;
    return type.endsWith('json') ? this.schemaFault([...place, type], text) : undefined;
  }

  private schemaFault([path = '', verb = '', status = '', type = '']: readonly string[], text: string) {
    const steps = ['paths', path, verb, 'responses', status, 'content', type, 'schema'];
    const pointer = steps.map((step) => encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/');
    let validate = this.validators.get(pointer);
    if (!validate) this.validators.set(pointer, (validate = this.ajv.compile({ $ref: `openapi#/${pointer}` })));
    return validate(JSON.parse(text)) ? undefined : this.ajv.errorsText(validate.errors?.slice(0, 3));
  }
}
