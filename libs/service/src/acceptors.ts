import { once } from 'node:events';
import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/**
 * The number of sockets besides that of the server. The event loop accepts one connection per socket and turn; a busy
 * process with one socket leaves new connections waiting for seconds.
 */
const FURTHER_SOCKETS = 7;
/** Connections that wait to be accepted, per socket. The system may have a lower limit. */
export const BACKLOG = 4_096;

/** Sockets that accept connections for a server, on its port. The server must listen with `reusePort`. */
export class Acceptors {
  private constructor(private readonly servers: readonly net.Server[]) {}

  static async open(server: http.Server): Promise<Acceptors> {
    const { address, port } = server.address() as AddressInfo;
    const servers = Array.from({ length: FURTHER_SOCKETS }, () =>
      net.createServer({ noDelay: true }, (socket) => void server.emit('connection', socket)),
    );
    for (const acceptor of servers) {
      acceptor.listen({ host: address, port, reusePort: true, backlog: BACKLOG });
      await once(acceptor, 'listening');
    }
    return new Acceptors(servers);
  }

  /** Accepts no further connections. Resolves when the accepted connections have ended. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/**
 * Rejects with the error of `listen` when another process uses the port. `listen` with `reusePort` succeeds when the
 * other process also listens with `reusePort`.
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const probe = net.createServer().listen({ host, port });
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
