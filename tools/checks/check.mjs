import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { lastLines, runLogged } from '../run/child.mjs';

/**
 * A check answers how many things passed and failed, a few words about them, and the lines to show.
 * One that is a command passes or fails as a whole.
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

/** A check that could not even be run. */
export const notRun = (reason) => ({ passed: 0, failed: 1, detail: 'not run', lines: [reason] });
