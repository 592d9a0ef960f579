import { isListening } from './wait-for-port.mjs';
import { say } from './progress.mjs';

/** What somebody needs who sees this for the first time. */
export async function printSummary({ ports, logins, profile, startedAt }) {
  const at = (port, path = '') => `http://127.0.0.1:${port}${path}`;
  const addresses = [
    ['API', at(ports.gateway)],
    ['API documentation', at(ports.gateway, '/docs')],
    ['caught mail', at(ports.mailPage)],
  ];
  if (await isListening(ports.queueBoard)) addresses.push(['queue board', at(ports.queueBoard)]);
  say(`\nCordée is ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
  for (const [what, address] of addresses) say(`  ${what.padEnd(20)} ${address}`);
  if (logins.length > 0) say('\n  Log in as');
  for (const { role, email, password } of logins) say(`  ${role.padEnd(20)} ${email.padEnd(34)} ${password}`);
  say(`\n  Logs are in .cordee/${profile}/logs. Ctrl-C stops everything; the data stays until \`npm run reset\`.\n`);
}
