import './run/require-node.mjs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cloneRoot } from './infra/profile.mjs';
import { occupyProfile, prepareClone, startServers, build } from './run/prepare.mjs';
import { step } from './run/progress.mjs';
import { stopLeftovers } from './run/own-processes.mjs';
import { runMain } from './run/shutdown.mjs';
import { tellStory } from './run/story.mjs';

const help = `Tells the whole story on throw-away data of its own: sign-up to search, with the clock moved. Checks what comes back at each step.

  npm run demo                 every service in one process
  npm run demo -- --services   every service in a process of its own
  npm run demo -- --kill       likewise, and each step begins with one of them being killed

Leaves pro forma, invoice, CSV, mails and events in demo-output/.
`;

await runMain(async () => {
  const { values } = parseArgs({
    options: { services: { type: 'boolean' }, kill: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(help);
  const own = await occupyProfile('demo', 'npm run demo');
  await stopLeftovers(own.folder);
  const node = await prepareClone(own);
  const [servers] = await Promise.all([
    startServers(own, { fresh: true, durable: false }),
    step('build', () => build(node, own).then(() => undefined)),
  ]);
  const isSeparate = Boolean(values.services || values.kill);
  const { code } = await tellStory({
    ...own,
    node,
    servers,
    isSeparate,
    isKilling: Boolean(values.kill),
    output: path.join(cloneRoot, 'demo-output'),
    onLine: (line) => console.log(line),
  });
  return code;
});
