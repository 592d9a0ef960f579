import path from 'node:path';
import { swcOptions } from './tools/swc-options.mjs';

/**
 * Timeout of a test, long enough for a busy machine. Jest reads the timeout only from the configuration with which it
 * is started, so jest.config.mjs sets this timeout too.
 */
export const testTimeout = 60_000;

/** The Jest configuration of every project: native ESM, and workspace packages from their sources without a build. */
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
