import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Runs a program and returns its output. When the program fails, throws the first line that looks like an error. */
export function runProgram(command, args, { timeoutMs = 120_000, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'])
      child[stream].setEncoding('utf8').on('data', (text) => (output[stream] += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output.stdout);
      reject(new Error(`${path.basename(command)}: ${errorLine(output) ?? signal ?? `exit code ${code}`}`));
    });
  });
}

function errorLine({ stderr, stdout }) {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /^(E:|.*\b(error|fatal|failed|cannot|could not)\b)/i.test(line)) ?? lines[0];
}

/** Finds the first program with this name on PATH and in additional folders. */
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
