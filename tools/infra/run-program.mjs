import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Runs a program to its end; rejects with the first telling line of what it wrote. */
export function runProgram(command, args, { patience = 120_000, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const written = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'])
      child[stream].setEncoding('utf8').on('data', (text) => (written[stream] += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(written.stdout);
      reject(new Error(`${path.basename(command)}: ${tellingLine(written) ?? signal ?? `exit code ${code}`}`));
    });
  });
}

function tellingLine({ stderr, stdout }) {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /^(E:|.*\b(error|fatal|failed|cannot|could not)\b)/i.test(line)) ?? lines[0];
}

/** The first program of this name on PATH and in the given folders. */
export function findProgram(name, folders = []) {
  const onPath = (process.env.PATH ?? '').split(':').filter((folder) => path.isAbsolute(folder));
  return [...onPath, '/usr/local/sbin', '/usr/sbin', ...folders]
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
