import '../run/require-node.mjs';
import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { bringUp } from '../infra/bring-up.mjs';
import { cloneRoot } from '../infra/profile.mjs';
import { installDependencies } from '../run/dependencies.mjs';
import { findNode } from '../run/machine.mjs';
import { build, occupyProfile } from '../run/prepare.mjs';
import { atShutdown, runMain } from '../run/shutdown.mjs';
import { StepFailure } from '../run/step-failure.mjs';
import { progress } from './harness/progress.mjs';
import { help, readOptions } from './options.mjs';

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (!options) return console.log(help);
  if (options.json) checkWritable(options.json);
  const own = await occupyProfile('bench', 'npm run bench');
  progress('dependencies');
  await installDependencies(own.logs);
  const node = findNode();
  progress('servers');
  const servers = await bringUp({
    profile: own.profile,
    fresh: true,
    report: ({ title, how, address, reason }) => progress(reason ?? `${title} ${address}  ${how}`),
  });
  atShutdown(() => servers.stop());
  if (servers.missing.length > 0) throw new StepFailure(servers.missing.map(({ reason }) => reason).join(' '));
  progress('build');
  await build(node, own);
  return measure(node, { ...options, logs: own.logs, folder: own.folder }, servers.env);
});

/** Everything is measured in processes of their own, on the Node that the services run on. */
function measure(node, options, env) {
  if (options.profile) fs.mkdirSync(options.profile, { recursive: true });
  const child = fork(path.join(cloneRoot, 'tools/bench/measure.mjs'), [], {
    execPath: node,
    execArgv: [
      '--expose-gc',
      '--enable-source-maps',
      '--max-old-space-size=8192',
      ...(options.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(options.profile)}`] : []),
    ],
    env: { ...process.env, ...env, TZ: 'UTC', CORDEE_BENCH: JSON.stringify(options) },
  });
  atShutdown(() => child.kill());
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

/** Better now than after all the work. */
function checkWritable(file) {
  try {
    fs.closeSync(fs.openSync(file, 'a'));
  } catch (error) {
    throw new StepFailure(`--json ${file} cannot be written (${error.code}).`);
  }
}
