import fs from 'node:fs';
import { StepFailure } from './step-failure.mjs';

/**
 * Throws when the file of an option is not writable, so that the command fails before the measurement. An existing file
 * is not changed, and no file is left.
 */
export function requireWritable(option, file) {
  const isNew = !fs.existsSync(file);
  try {
    fs.closeSync(fs.openSync(file, 'a'));
  } catch (error) {
    throw new StepFailure(`The file of --${option}, ${file}, is not writable (${error.code}).`);
  }
  if (isNew) fs.rmSync(file);
}
