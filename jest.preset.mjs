import path from 'node:path';
import { swcOptions } from './tools/swc-options.mjs';

/** Long enough for a busy machine. Jest reads it from the configuration that it was started with. */
export const testTimeout = 60_000;

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
  testTimeout,
  cacheDirectory: path.join(import.meta.dirname, '.jest-cache'),
});
