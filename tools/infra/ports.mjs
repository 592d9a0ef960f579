import net from 'node:net';

const MAX_CANDIDATES = 200;

/** True when no program listens on this port. */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Returns the first free port that is not claimed. The search starts at this port and goes upwards. */
export async function nextFree(port, claimed = new Set()) {
  for (let candidate = port; candidate < port + MAX_CANDIDATES; candidate += 1) {
    if (!claimed.has(candidate) && (await isFree(candidate))) return candidate;
  }
  throw new Error(`no free port from ${port} on`);
}

/**
 * Returns the port of the previous start if this port is free. Otherwise returns a random port below the range of
 * outgoing connections.
 */
export async function choosePort(previousPort) {
  if (previousPort && (await isFree(previousPort))) return previousPort;
  return nextFree(20_000 + Math.floor(Math.random() * 11_000));
}
