import net from 'node:net';

/**
 * Opens connections that send bytes as they are. `localAddresses` are the client addresses, in turn; all of 127.0.0.0/8
 * reaches a server on 127.0.0.1. A connection has `socket`, `received` and `closedAfterMs`, undefined while it is open.
 */
export function openConnections(url, { count, localAddresses = ['127.0.0.1'], bytes = '', reads = true }) {
  const { hostname, port } = new URL(url);
  return Array.from({ length: count }, (_, index) => {
    const socket = net.connect({
      host: hostname,
      port: Number(port),
      localAddress: localAddresses[index % localAddresses.length],
    });
    const connection = { socket, received: '', closedAfterMs: undefined };
    const startedAt = performance.now();
    socket.on('connect', () => socket.write(bytes));
    socket.on('error', () => {});
    socket.on('close', () => (connection.closedAfterMs = performance.now() - startedAt));
    if (reads) socket.on('data', (piece) => (connection.received += piece.toString('latin1')));
    else socket.pause();
    return connection;
  });
}

export const closeAll = (connections) => connections.forEach(({ socket }) => socket.destroy());

export const get = (path, headers = '') => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}\r\n`;
