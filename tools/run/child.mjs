import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { runningCommands } from './shutdown.mjs';
import { StepFailure } from './step-failure.mjs';

/**
 * Runs a command to its end with its output in a log file. Answers `{ code, output }`, the output being what it wrote on stdout.
 * `hasAnswer`: lines of JSON are the answer to us, which may hold secrets; the log gets everything else.
 */
export function runLogged(command, args, { log, onLine, hasAnswer = false, ...options }) {
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const file = fs.createWriteStream(log, { mode: 0o600 });
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    runningCommands.add(child);
    let output = '';
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      file.write(hasAnswer && line.startsWith('{') ? '{…}\n' : `${line}\n`);
      if (line) onLine?.(line);
    });
    child.stderr.on('data', (text) => file.write(text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      runningCommands.delete(child);
      file.end(() => resolve({ code: code ?? signal, output }));
    });
  });
}

/** The same for a command that has to succeed. */
export async function mustRun(what, command, args, options) {
  const { code, output } = await runLogged(command, args, options);
  if (code !== 0)
    throw new StepFailure(`${what} failed (${code}); all of it is in ${options.log}`, lastLines(options.log));
  return output;
}

export function lastLines(log, count = 15) {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '';
  return text.trimEnd().split('\n').slice(-count);
}

/** Our own commands end their output with one line of JSON for us. */
export function lastJson(output, what) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    throw new StepFailure(`${what} did not end with a line of JSON but with: ${line.slice(0, 200)}`);
  }
}
