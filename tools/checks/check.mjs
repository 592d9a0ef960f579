import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { lastLines, runLogged } from '../run/run-command.mjs';

/**
 * Runs a command as one check. The result of a check is `{ passed, failed, detail, lines }`: two counts, a short text
 * for the summary, and lines to print. After a success, `describe(output)` returns fields that override the result.
 * After a failure, `show(log)` returns the lines to print; `log` is the path of the log file.
 */
export async function runCommandCheck(
  { name, command, args, env, cwd = cloneRoot, describe = () => ({}), show = (log) => lastLines(log, 80) },
  { logs },
) {
  const log = path.join(logs, `${name.replaceAll(/\W+/g, '-')}.log`);
  const { code, output } = await runLogged(command, args, { cwd, env, log });
  if (code === 0) return { passed: 1, failed: 0, lines: [], ...describe(output) };
  return { passed: 0, failed: 1, detail: `failed (${code})`, lines: show(log) };
}

/** Returns the result of a check that could not run. The check counts as failed. */
export const notRun = (reason) => ({ passed: 0, failed: 1, detail: 'not run', lines: [reason] });
