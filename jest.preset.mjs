import path from 'node:path';

/** How TypeScript becomes JavaScript, for tests and for `npm start`: decorators with their metadata, as Nest needs them. */
export const swcOptions = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
};

/** The Jest configuration every project shares: native ESM, sources of workspace packages without a build. */
export const preset = (rootDir) => ({
  rootDir,
  displayName: path.basename(rootDir),
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcOptions, sourceMaps: 'inline' }] },
  testEnvironmentOptions: { customExportConditions: ['@cordee/source', 'node', 'node-addons'] },
  injectGlobals: false,
  cacheDirectory: path.join(import.meta.dirname, '.jest-cache'),
});
