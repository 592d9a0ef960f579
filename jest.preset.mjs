import path from 'node:path';

const swc = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  sourceMaps: 'inline',
};

/** The Jest configuration every project shares: native ESM, sources of workspace packages without a build. */
export const preset = (rootDir) => ({
  rootDir,
  displayName: path.basename(rootDir),
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  testEnvironmentOptions: { customExportConditions: ['@cordee/source', 'node', 'node-addons'] },
  injectGlobals: false,
  cacheDirectory: path.join(import.meta.dirname, '.jest-cache'),
});
