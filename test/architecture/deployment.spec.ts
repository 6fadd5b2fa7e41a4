import { existsSync, readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/parley-config';

const read = (file: string) => readFileSync(file, 'utf8');
/** By the start, whatever the configuration: see `stop` in serve.ts. */
const CLOSING_SECONDS = 5;

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it('is built without anything that a linter finds', () => {
    expect(validate(dockerfile).map(({ message, range }) => [range.start.line + 1, message])).toEqual([]);
  });

  it('runs as somebody who is not root, and gets the signals itself', () => {
    expect(dockerfile.match(/^USER .*$/gm)?.at(-1)).toBe('USER node');
    expect(dockerfile).toContain('CMD ["node", "dist/main.js"]');
  });

  it('is made of what is let into its build', () => {
    const allowed: readonly string[] = read('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    expect(copied.filter((source) => !allowed.includes(source) || !existsSync(source))).toEqual([]);
  });
});

interface Compose {
  readonly services: Readonly<Record<'parley' | 'redis' | 'balancer', Readonly<Record<string, unknown>>>>;
}

describe('the instances that compose.yaml starts', () => {
  const { parley, redis } = (parse(read('compose.yaml')) as Compose).services;

  it('are several, with settings that the service takes, and a file system that nobody writes to', () => {
    const environment = parley['environment'] as Record<string, string>;
    expect(() => readConfig({ ...environment, API_KEYS: 'a:admin:0123456789abcdef' })).not.toThrow();
    expect(parley).toMatchObject({ read_only: true, cap_drop: ['ALL'], deploy: { replicas: 3 } });
  });

  it('have time for what is pending when they end, and a Redis that drops nothing', () => {
    const grace = Number(/^(\d+)s$/.exec(String(parley['stop_grace_period']))?.[1]);
    expect(grace).toBeGreaterThan(readConfig({}).shutdownTimeoutMs / 1000 + CLOSING_SECONDS);
    expect((redis['command'] as string[]).join(' ')).toContain('--maxmemory-policy noeviction');
  });
});

const MODELS = { Deployment, HorizontalPodAutoscaler, NetworkPolicy, PodDisruptionBudget, Service };

describe('the manifests for Kubernetes', () => {
  const manifests = parseAllDocuments(read('deploy/kubernetes/parley.yaml')).map(
    (document) => document.toJS() as Manifest,
  );
  const deployment = manifests.find(({ kind }) => kind === 'Deployment')?.spec as DeploymentSpec;

  it.each(manifests.map((manifest) => [manifest.kind, manifest] as const))(
    'hold a %s as its schema has it',
    (kind, manifest) => {
      const Model = MODELS[kind] as new (data: object) => { validate(): void };
      expect(() => new Model(manifest).validate()).not.toThrow();
    },
  );

  it('run it without rights, with probes that it answers and time for its end', () => {
    const { spec } = deployment.template;
    const [container] = spec.containers;
    expect(spec.securityContext.runAsNonRoot).toBe(true);
    expect(container?.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
    expect([container?.livenessProbe.httpGet.path, container?.readinessProbe.httpGet.path]).toEqual([
      '/health/live',
      '/health/ready',
    ]);
    const env = Object.fromEntries(container?.env.map(({ name, value = '' }) => [name, value]) ?? []);
    const secrets = { REDIS_URL: 'redis://redis:6379', API_KEYS: 'a:admin:0123456789abcdef' };
    const { shutdownTimeoutMs } = readConfig({ ...env, ...secrets });
    const pause = Number(container?.lifecycle.preStop.exec.command[1]);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(pause + shutdownTimeoutMs / 1000 + CLOSING_SECONDS);
  });

  it('send a call to whichever instance there is', () => {
    expect(manifests.find(({ kind }) => kind === 'Service')?.spec).toMatchObject({ sessionAffinity: 'None' });
  });
});

interface Manifest {
  readonly kind: keyof typeof MODELS;
  readonly spec: unknown;
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

interface DeploymentSpec {
  readonly template: {
    readonly spec: {
      readonly terminationGracePeriodSeconds: number;
      readonly securityContext: { readonly runAsNonRoot: boolean };
      readonly containers: readonly {
        readonly env: readonly { readonly name: string; readonly value?: string }[];
        readonly livenessProbe: Probe;
        readonly readinessProbe: Probe;
        readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
        readonly securityContext: object;
      }[];
    };
  };
}
