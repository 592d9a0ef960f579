import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { runningCommands } from './shutdown.mjs';
import { StepFailure } from './step-failure.mjs';

/**
 * Runs a command and writes its output to a log file. Returns `{ code, output }`; `output` is the text on stdout. With
 * `hidesJson` the log does not contain lines of JSON, because they can contain secrets.
 */
export function runLogged(command, args, { log, onLine, hidesJson = false, ...options }) {
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const file = fs.createWriteStream(log, { mode: 0o600 });
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    runningCommands.add(child);
    let output = '';
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      file.write(hidesJson && line.startsWith('{') ? '{…}\n' : `${line}\n`);
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

/** Runs a command like `runLogged`. Throws when the command fails. Returns its output. */
export async function runRequired(title, command, args, options) {
  const { code, output } = await runLogged(command, args, options);
  if (code !== 0)
    throw new StepFailure(
      `${title} failed (${code}); the complete output is in ${options.log}`,
      lastLines(options.log),
    );
  return output;
}

export function lastLines(log, count = 15) {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '';
  return text.trimEnd().split('\n').slice(-count);
}

/** Parses the last line of the output. The commands of Cordée print their result as JSON in this line. */
export function parseLastLine(output, title) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    throw new StepFailure(`The last line of ${title} is not JSON: ${line.slice(0, 200)}`);
  }
}
