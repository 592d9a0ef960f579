// Forwards connections to PostgreSQL and counts their round trips.
import net from 'node:net';
import { handleRequests } from '../harness/handle-requests.mjs';
import { PostgresWire } from './postgres-wire.mjs';

let exchanges = [];
const server = net.createServer();
handleRequests({ start: () => {}, listen, take, stop: () => server.close() });

/** Listens on a free port and returns it. */
function listen({ hostname, port }) {
  server.on('connection', (client) => {
    const upstream = net.connect(port, hostname);
    const wire = new PostgresWire((exchange) => exchanges.push(exchange));
    for (const [from, to, observe] of [
      [client, upstream, (bytes) => wire.fromClient(bytes)],
      [upstream, client, (bytes) => wire.fromServer(bytes)],
    ]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        observe(bytes);
        to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

/** Returns the exchanges (see `PostgresWire`) that have ended since the previous `take`. */
function take() {
  const taken = exchanges;
  exchanges = [];
  return taken;
}
