// The layers of ARCHITECTURE.md. Each may import only from those below it.
const FEATURES =
  'memo|session-loader|latency|session-agents|sessions|fleet|redaction|transcripts|archive|live|playback';
const PROGRAMS = 'call|evaluate|replay';
const SPEC = '\\.spec\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'base-knows-nothing-above',
      severity: 'error',
      from: { path: '^src/(common|config)/' },
      to: { path: '^src/', pathNot: '^src/(common|config)/' },
    },
    {
      name: 'store-knows-only-base',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/', pathNot: '^src/(common|config|store)/' },
    },
    {
      name: 'features-know-no-delivery',
      severity: 'error',
      from: { path: `^src/(${FEATURES}|orchestration)/`, pathNot: '^src/[^/]+/(api/|index\\.ts$)|\\.module\\.ts$' },
      to: { path: '^src/(api/|[^/]+/api/)' },
    },
    {
      name: 'features-know-no-orchestration',
      severity: 'error',
      from: { path: `^src/(${FEATURES})/`, pathNot: '^src/[^/]+/api/' },
      to: { path: '^src/orchestration/' },
    },
    {
      name: 'features-meet-through-their-index',
      severity: 'error',
      comment: 'Another feature is reached through its index.ts.',
      from: { path: '^src/([^/]+)/' },
      to: { path: `^src/(${FEATURES})/`, pathNot: ['^src/$1/', `^src/(${FEATURES})/index\\.ts$`] },
    },
    {
      name: 'programs-are-known-to-nobody',
      severity: 'error',
      comment: 'What programs share lies in src/programs.',
      from: { path: '^src/([^/]+)/' },
      to: { path: `^src/(${PROGRAMS})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'the-service-knows-no-programs',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${PROGRAMS}|programs)/` },
      to: { path: '^src/programs/' },
    },
    {
      name: 'adapters-stay-in-the-store',
      severity: 'error',
      from: { pathNot: `^src/store/|^test/|${SPEC}` },
      to: { path: '^src/store/(redis|embedded)/' },
    },
    {
      name: 'databases-stay-in-the-store',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/store/|${SPEC}` },
      to: { path: 'node_modules/(ioredis|lmdb|@liaoliaots/nestjs-redis)/' },
    },
    {
      name: 'models-stay-in-orchestration',
      severity: 'error',
      comment: 'The client is loaded where a model is configured, and only there.',
      from: { path: '^src/', pathNot: `^src/orchestration/|${SPEC}` },
      to: { path: 'node_modules/openai/' },
    },
    {
      name: 'http-stays-in-delivery',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/(api/|[^/]+/api/|programs/|evaluate/|serve\\.ts$|create-app\\.ts$)|${SPEC}`,
      },
      to: { path: 'node_modules/(fastify|@nestjs/(platform-fastify|swagger|terminus))/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
