/** Import directions of docs/architecture.md, as a failing check. */
const feature = 'people|machines|bookings|jobs|live|notifications|reports|housekeeping|demo';
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'platform-and-config-know-no-feature',
      severity: 'error',
      from: { path: '^src/(platform|config)/' },
      to: { path: `^src/(${feature}|embedded|migrations)/` },
    },
    {
      name: 'embedded-knows-only-platform',
      severity: 'error',
      from: { path: '^src/embedded/' },
      to: { path: `^src/(${feature}|config)/` },
    },
    {
      name: 'people-import-no-other-feature',
      severity: 'error',
      from: { path: '^src/people/' },
      to: { path: '^src/(machines|bookings|jobs|live|notifications|reports|demo)/' },
    },
    {
      name: 'machines-import-only-people',
      severity: 'error',
      from: { path: '^src/machines/' },
      to: { path: '^src/(bookings|jobs|live|notifications|reports|demo)/' },
    },
    {
      name: 'bookings-do-not-import-jobs',
      severity: 'error',
      from: { path: '^src/bookings/' },
      to: { path: '^src/(jobs|live|notifications|reports|demo)/' },
    },
    {
      name: 'nobody-imports-the-listeners',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(live|notifications|reports|housekeeping|[^/]+\\.ts$)',
      },
      to: { path: '^src/(live|notifications|reports|housekeeping)/' },
    },
    {
      name: 'demo-is-imported-by-the-composition-root-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(demo/|[^/]+\\.ts$)' },
      to: { path: '^src/demo/' },
    },
    {
      name: 'simulated-machines-know-only-the-wire',
      severity: 'error',
      from: { path: '^src/demo/simulator/' },
      to: { path: '^src/', pathNot: '^src/demo/simulator/' },
    },
    {
      name: 'rules-and-states-are-pure',
      severity: 'error',
      comment:
        'No Nest, TypeORM, clock, randomness or I/O in *.rules.ts and *.states.ts. The libraries ' +
        'named are calendar arithmetic: values in, values out.',
      from: { path: '\\.(rules|states)\\.ts$' },
      to: {
        path: '(^node_modules/(?!(temporal-polyfill|rrule-temporal)/))|\\.(entity|module|controller|service)\\.ts$',
      },
    },
    {
      name: 'rules-and-states-use-no-node-core',
      severity: 'error',
      from: { path: '\\.(rules|states)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'drivers-import-only-their-contract',
      severity: 'error',
      from: { path: '^src/machines/drivers/[^/]+/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/', pathNot: '^src/machines/drivers/(driver\\.ts$|[^/]+/)' },
    },
    {
      name: 'only-the-queue-room-knows-bullmq',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/(queue|health)/' },
      to: { path: '^node_modules/(bullmq|@nestjs/bullmq|ioredis)/' },
    },
    {
      name: 'no-development-dependency-at-run-time',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
