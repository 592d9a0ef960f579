import { StepFailure } from '../../run/step-failure.mjs';

const MAX_PORTS = 100;

/**
 * Parses the list of metrics addresses: a URL, `name=URL`, a port, or a range of ports on the host of the gateway.
 * Returns `{ name, url, isPort }` for each process.
 */
export function parseOpsAddresses(text, gatewayUrl) {
  const host = new URL(gatewayUrl).hostname;
  const entries = text.split(',').flatMap((part) => parseEntry(part.trim(), host));
  const names = new Set();
  for (const { name } of entries) {
    if (names.has(name)) throw new StepFailure(`--ops ${text}: two processes have the name ${name}; use name=URL`);
    names.add(name);
  }
  return entries;
}

function parseEntry(text, host) {
  const ports = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (ports) return processesOnPorts(text, Number(ports[1]), Number(ports[2] ?? ports[1]), host);
  const namedAddress = /^([\w-]+)=(.+)$/.exec(text);
  const address = namedAddress ? namedAddress[2] : text;
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new StepFailure(`--ops ${text}: must be a URL, name=URL, a port or a range of ports such as 9100-9107`);
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = '/metrics';
  return [{ name: namedAddress ? namedAddress[1] : url.host, url: url.href, isPort: false }];
}

function processesOnPorts(text, first, last, host) {
  if (last < first || last > 65_535 || last - first >= MAX_PORTS)
    throw new StepFailure(`--ops ${text}: must be a range of at most ${MAX_PORTS} ports`);
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    name: `port ${first + index}`,
    url: `http://${host}:${first + index}/metrics`,
    isPort: true,
  }));
}
