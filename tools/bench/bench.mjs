import '../run/require-node.mjs';
import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { bringUp } from '../infra/bring-up.mjs';
import { cloneRoot } from '../infra/profile.mjs';
import { installDependencies } from '../run/dependencies.mjs';
import { findNode } from '../run/find-node.mjs';
import { build, lockProfile } from '../run/prepare.mjs';
import { stopRecordedProcesses } from '../run/recorded-processes.mjs';
import { requireWritable } from '../run/require-writable.mjs';
import { onShutdown, runMain } from '../run/shutdown.mjs';
import { StepFailure } from '../run/step-failure.mjs';
import { progress } from './harness/progress.mjs';
import { readRecords } from './harness/report.mjs';
import { help, readOptions } from './options.mjs';
import { writeReports } from './write-reports.mjs';

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (!options) return console.log(help);
  for (const name of ['json', 'html', 'markdown']) if (options[name]) requireWritable(name, options[name]);
  if (options.from) return writeReports(readRecords(options.from), options);
  const profileContext = await lockProfile('bench', 'npm run bench');
  // The services run detached from this process. A run that was killed may have left services.
  await stopRecordedProcesses(profileContext.folder);
  onShutdown(() => stopRecordedProcesses(profileContext.folder));
  progress('dependencies');
  await installDependencies(profileContext.logs);
  const node = findNode();
  progress('servers');
  const servers = await bringUp({
    profile: profileContext.profile,
    fresh: true,
    report: ({ title, how, address, reason }) => progress(reason ?? `${title} ${address}  ${how}`),
  });
  onShutdown(() => servers.stop());
  if (servers.missing.length > 0) throw new StepFailure(servers.missing.map(({ reason }) => reason).join(' '));
  progress('build');
  await build(node, profileContext);
  return runMeasurements(node, { ...options, logs: profileContext.logs, folder: profileContext.folder }, servers.env);
});

/** Runs the measurements in a child process, with the same Node that runs the services. */
function runMeasurements(node, options, env) {
  if (options.cpuProfileFolder) fs.mkdirSync(options.cpuProfileFolder, { recursive: true });
  const child = fork(path.join(cloneRoot, 'tools/bench/measure.mjs'), [], {
    execPath: node,
    execArgv: [
      '--expose-gc',
      '--enable-source-maps',
      '--max-old-space-size=8192',
      ...(options.cpuProfileFolder ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(options.cpuProfileFolder)}`] : []),
    ],
    env: { ...process.env, ...env, TZ: 'UTC', CORDEE_BENCH: JSON.stringify(options) },
  });
  onShutdown(() => child.kill());
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
