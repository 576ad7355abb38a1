// The table of rooms of docs/architecture.md, held by CI. A room is entered by its index.ts only.
const rooms = [
  'accounts',
  'audience',
  'library',
  'incidents',
  'campaigns',
  'dispatch',
  'gateways',
  'receipts',
  'reports',
  'audit',
];
const may = {
  accounts: [],
  gateways: ['accounts'],
  incidents: ['accounts'],
  audience: ['accounts'],
  audit: ['accounts'],
  library: ['accounts', 'incidents'],
  campaigns: ['accounts', 'audience', 'library'],
  dispatch: ['accounts', 'audience', 'library', 'campaigns', 'gateways'],
  receipts: ['accounts', 'audience', 'dispatch', 'gateways'],
  reports: ['accounts', 'audience', 'library', 'incidents', 'campaigns', 'dispatch', 'receipts', 'audit'],
};
const spec = '[.]spec[.]ts$';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kernel-imports-nothing',
      comment: 'platform/kernel is plain TypeScript',
      severity: 'error',
      from: { path: '^src/platform/kernel/', pathNot: spec },
      to: { pathNot: '^src/platform/kernel/' },
    },
    {
      name: 'platform-knows-no-room',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: spec },
      to: { path: `^src/(${rooms.join('|')})/` },
    },
    {
      name: 'front-door-only',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: `^src/(${rooms.join('|')})/`, pathNot: ['^src/$1/', '^src/[^/]+/index[.]ts$'] },
    },
    ...Object.entries(may).map(([room, allowed]) => ({
      name: `${room}-imports`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: spec },
      to: { path: `^src/(${rooms.filter((r) => r !== room && !allowed.includes(r)).join('|')})/` },
    })),
    {
      name: 'adapters-are-islands',
      comment: 'an adapter sees the contract, the kernel, zod and its own folder',
      severity: 'error',
      from: { path: '^src/gateways/([^/]+)/', pathNot: [spec, '^src/gateways/simulator/'] },
      to: { path: '^src/', pathNot: ['^src/gateways/$1/', '^src/gateways/contract[.]ts$', '^src/platform/kernel/'] },
    },
    {
      name: 'simulator-is-apart',
      comment: 'it checks the codecs, so it shares no code with them',
      severity: 'error',
      from: { path: '^src/gateways/simulator/', pathNot: spec },
      to: { path: '^src/', pathNot: '^src/gateways/simulator/' },
    },
    {
      name: 'nobody-imports-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/gateways/simulator/' },
      to: { path: '^src/gateways/simulator/' },
    },
    {
      name: 'pure-files-do-no-io',
      comment: 'a file without a role suffix imports no Nest, no TypeORM and no node module',
      severity: 'error',
      from: {
        path: '^src/(accounts|audience|library|incidents|campaigns|dispatch|receipts|reports|audit)/.*/?[a-z0-9-]+[.]ts$',
        pathNot: [
          '[.](module|service|controller|entity|entities|schemas|repository|guard|decorator|interceptor|filter|pipe|spec)[.]ts$',
          'index[.]ts$',
        ],
      },
      to: { path: 'node_modules/(@nestjs|typeorm)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
