import fs from 'node:fs';
import { StepFailure } from './step-failure.mjs';

/**
 * Throws when the file of an option is not writable, so that the command fails before the measurement. Neither changes
 * an existing file nor leaves a new one.
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
