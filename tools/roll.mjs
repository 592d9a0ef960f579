import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { openProfileFolder } from './infra/profile.mjs';
import { callControl } from './run/control.mjs';
import { formatSeconds, print, withProgress } from './run/progress.mjs';
import { processNames } from './run/services.mjs';
import { runMain } from './run/shutdown.mjs';
import { StepFailure } from './run/step-failure.mjs';

const names = processNames(true);
const help = `Replaces one service of "npm run start:services" by a process with the current code, without interruption.

  npm run roll -- <service>        one of ${names.join(', ')}

Builds the code, runs the new migrations of the service, starts the new process beside the old process, waits until
the new process is ready, and stops the old process. When the new process does not become ready, the old process stays.
`;

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const [name] = positionals;
  if (positionals.length !== 1 || !names.includes(name))
    throw new StepFailure(`Name one service: ${names.join(', ')}. See npm run roll -- --help.`);
  const startedAt = performance.now();
  const { previousPid, pid } = await withProgress(`roll ${name}`, () =>
    callControl(openProfileFolder('local'), 'roll', name),
  );
  print(
    `  ✔ ${name}: process ${pid} replaces process ${previousPid}, ` +
      `after ${formatSeconds(performance.now() - startedAt)}`,
  );
});
