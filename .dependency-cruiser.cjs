/** The rooms of the house, and which doors are open: see docs/architecture.md. */
const FEATURES = 'batch|connections|groups|health|items|metadata|operations|retrieval|schema|search';

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'graph-knows-no-resource',
      comment: 'graph/ is what every endpoint shares, and nothing of any one resource.',
      severity: 'error',
      from: { path: '^src/graph/', pathNot: '\\.fixture\\.ts$' },
      to: { path: '^src/', pathNot: '^src/graph/' },
    },
    {
      name: 'identity-below-features',
      severity: 'error',
      from: { path: '^src/identity/' },
      to: { path: '^src/', pathNot: '^src/(identity|graph|database|config)/' },
    },
    {
      name: 'database-below-features',
      severity: 'error',
      from: { path: '^src/database/' },
      to: { path: '^src/', pathNot: '^src/(database|config)/' },
    },
    {
      name: 'throttling-below-features',
      severity: 'error',
      from: { path: '^src/throttling/' },
      to: { path: '^src/', pathNot: '^src/(throttling|graph|identity|database|config)/' },
    },
    {
      name: 'routes-below-features',
      comment: 'How a route is declared, and what its handler learns of the request.',
      severity: 'error',
      from: { path: '^src/routes/' },
      to: { path: '^src/', pathNot: '^src/(routes|throttling|graph|identity)/' },
    },
    {
      name: 'config-knows-nobody',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { path: '^src/', pathNot: '^src/config/' },
    },
    {
      name: 'features-look-down',
      severity: 'error',
      from: { path: `^src/(${FEATURES})/` },
      to: { path: '^src/', pathNot: `^src/(${FEATURES}|routes|throttling|graph|identity|database|config)/` },
    },
    {
      name: 'repositories-stay-home',
      comment: "A feature uses another feature's service, never its repository or entity.",
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '\\.(repository|entity)\\.ts$', pathNot: ['^src/$1/'] },
    },
    {
      name: 'connections-have-a-door',
      comment: 'What lies under a connection reaches it through scope/.',
      severity: 'error',
      from: { path: '^src/(groups|items|operations|schema|metrics)/' },
      to: { path: '^src/connections/', pathNot: '^src/connections/scope/' },
    },
    {
      name: 'one-maker-of-errors',
      comment: 'GraphError is made by the catalogue alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graph/errors/' },
      to: { path: '^src/graph/errors/catalogue/make-error\\.ts$' },
    },
    {
      name: 'cards-are-read-in-the-worker',
      comment: 'Old libraries that a hostile card can keep busy: only the worker thread loads them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '/card-check\\.ts$' },
      to: { path: '(^|/)(adaptivecards|adaptivecards-templating|adaptive-expressions)(/|$)' },
    },
    {
      name: 'nobody-loads-the-worker',
      comment: 'It runs from a copy of its code, in a thread: see IsolatedCheck.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '/card-check\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'worker-stands-alone',
      comment: 'A copy of its code has no neighbours.',
      severity: 'error',
      from: { path: '/card-check\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'environment-is-read-once',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/config/' },
      to: { path: '^src/config/environment\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
