import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { waysToPay } from '../pay/ways-to-pay.mjs';
import { isListening } from './wait-for-port.mjs';
import { print } from './progress.mjs';

/** Prints the addresses and the logins of the demonstration. */
export async function printSummary({ ports, logins, order, profile, startedAt }) {
  const url = (port, path = '') => `http://127.0.0.1:${port}${path}`;
  const addresses = [
    ['API', url(ports.gateway)],
    ['API documentation', url(ports.gateway, '/docs')],
    ['caught mail', url(ports.mailPage)],
  ];
  if (await isListening(ports.queueBoard)) addresses.push(['queue board', url(ports.queueBoard)]);
  addresses.push(...metricsAddresses(ports.ops, url));
  print(`\nCordée is ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
  for (const [title, address] of addresses) print(`  ${title.padEnd(20)} ${address}`);
  if (logins.length > 0) print(`\n  ${'Log in as'.padEnd(20)} ${'mail address'.padEnd(34)} password`);
  for (const { role, email, password } of logins) print(`  ${role.padEnd(20)} ${email.padEnd(34)} ${password}`);
  if (order) {
    print(`\n  Pay the order ${order.number} (${order.total}) in one of these ways:`);
    for (const [name, { title }] of Object.entries(waysToPay))
      print(`  ${`npm run pay -- ${name}`.padEnd(29)} ${title}`);
    print(`  The bank file is ${path.relative(cloneRoot, order.file)}.`);
  }
  print(`\n  Logs are in .cordee/${profile}/logs. Ctrl-C stops everything; \`npm run reset\` deletes the data.\n`);
}

/** One address for one process; otherwise the ports, as `npm run load -- --ops` reads them. */
function metricsAddresses(ops, url) {
  const entries = Object.entries(ops);
  if (entries.length === 1) return [['metrics', url(entries[0][1], '/metrics')]];
  const numbers = entries.map(([, port]) => port);
  const areInSequence = numbers.every((port, index) => port === numbers[0] + index);
  const text = areInSequence ? `${numbers[0]}-${numbers.at(-1)}` : numbers.join(',');
  return [['metrics', `/metrics on the ports ${text}: ${entries.map(([name]) => name).join(', ')}`]];
}
