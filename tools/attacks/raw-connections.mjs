import net from 'node:net';

/**
 * Opens connections that send bytes as they are. A connection has `socket`, `received` (what the server has sent), and
 * `closedAfterMs`, undefined while the connection is open.
 */
export function openConnections(url, { count, bytes = '', reads = true }) {
  const { hostname, port } = new URL(url);
  return Array.from({ length: count }, () => {
    const socket = net.connect({ host: hostname, port: Number(port) });
    const connection = { socket, received: '', closedAfterMs: undefined };
    const startedAt = performance.now();
    socket.on('connect', () => socket.write(bytes, 'latin1'));
    socket.on('error', () => {});
    socket.on('close', () => (connection.closedAfterMs = performance.now() - startedAt));
    if (reads) socket.on('data', (piece) => (connection.received += piece.toString('latin1')));
    else socket.pause();
    return connection;
  });
}

export const closeAll = (connections) => connections.forEach(({ socket }) => socket.destroy());

export const rawGet = (path) => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
