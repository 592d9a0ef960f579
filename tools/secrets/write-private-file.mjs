import fs from 'node:fs';

/** Replaces a file atomically. Only its owner can read the new file, whatever the mode of the old file was. */
export function writePrivateFile(file, text) {
  const newFile = `${file}.${process.pid}`;
  fs.rmSync(newFile, { force: true });
  try {
    fs.writeFileSync(newFile, text, { mode: 0o600, flag: 'wx' });
    fs.renameSync(newFile, file);
  } catch (error) {
    fs.rmSync(newFile, { force: true });
    throw error;
  }
}
