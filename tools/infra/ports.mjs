import net from 'node:net';

/** Can this port be listened on right now? */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** The wanted port or the first free one after it that nobody has claimed. */
export async function nextFree(port, claimed = new Set()) {
  for (let candidate = port; candidate < port + 200; candidate += 1) {
    if (!claimed.has(candidate) && (await isFree(candidate))) return candidate;
  }
  throw new Error(`no free port from ${port} on`);
}

/** The remembered port when it is free, else a new one below the range from which the kernel serves outgoing connections. */
export async function choosePort(remembered) {
  if (remembered && (await isFree(remembered))) return remembered;
  return nextFree(20_000 + Math.floor(Math.random() * 11_000));
}
