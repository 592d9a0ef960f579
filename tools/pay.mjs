import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { openProfileFolder } from './infra/profile.mjs';
import { DemonstrationClient, findOrderToPay } from './pay/demonstration-order.mjs';
import { readDemonstration } from './pay/stored-demonstration.mjs';
import { waysToPay } from './pay/ways-to-pay.mjs';
import { runMain } from './run/shutdown.mjs';
import { StepFailure } from './run/step-failure.mjs';

const help = `Pays the newest open order of the running demonstration (npm start). Places an order first when
no order is open.

${Object.entries(waysToPay)
  .map(([name, { title }]) => `  npm run pay -- ${name.padEnd(12)} ${title}`)
  .join('\n')}
`;

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const way = waysToPay[positionals[0]];
  if (!way || positionals.length > 1)
    throw new StepFailure(`Give one way to pay: ${Object.keys(waysToPay).join(', ')}. --help describes them.`);
  const folder = openProfileFolder('local');
  const { url, logins } = readDemonstration(folder);
  const client = new DemonstrationClient(url, logins);
  const call = await client.signInAs('administrator');
  const order = await findOrderToPay(call, folder);
  console.log(`The order ${order.number} is open: ${order.total}.`);
  console.log(await way.pay({ client, call, order }));
  return 0;
});
