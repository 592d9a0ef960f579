import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { newId } from '@cordee/contracts/id';
import { openOrm } from '@cordee/service/database/orm';
import { Jobs, openQueue, probeRedis } from '@cordee/service/jobs';
import { connect } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificates, type Certificates } from '../certificates.ts';
import { ItemCollector } from '../item-collector.ts';
import { serverUrl } from '../test-environment.ts';
import { waitFor } from '../wait-for.ts';

const infra = path.resolve(import.meta.dirname, '../../../../tools/infra');
const load = async <T>(file: string): Promise<T> => (await import(pathToFileURL(path.join(infra, file)).href)) as T;

interface Program {
  argv: string[];
  version: number[];
}
interface InfraServer {
  find: Record<string, () => Promise<Program>>;
  prepare(options: object): Promise<{ argv: string[]; options?: object }>;
  urlAt(port: number, secrets: object): string;
}

let certificates: Certificates;
const startedServers: ChildProcess[] = [];
beforeAll(() => {
  certificates = createCertificates();
});
afterAll(async () => {
  for (const child of startedServers) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }
  fs.rmSync(certificates.folder, { recursive: true, force: true });
});

/** Starts a local server that accepts TLS. Returns its address with the host name of the certificate. */
async function startServer(
  server: InfraServer,
  sources: readonly string[],
  addTls: (argv: string[]) => string[],
): Promise<URL> {
  const { choosePort } = await load<{ choosePort: () => Promise<number> }>('ports.mjs');
  const { profileSecrets } = await load<{ profileSecrets: (folder: string) => object }>('secrets.mjs');
  const { folder } = certificates;
  const [port, secrets] = [await choosePort(), profileSecrets(folder)];
  const program = await server.find[sources[0]!]!().catch(() => server.find[sources[1]!]!());
  const { argv, options } = await server.prepare({ folder, port, durable: false, program, secrets });
  const [command, ...args] = addTls(argv);
  startedServers.push(spawn(command!, args, { stdio: 'ignore', ...options }));
  const url = new URL(server.urlAt(port, secrets));
  url.hostname = 'localhost';
  return url;
}

describe('NATS', () => {
  let url: URL;
  beforeAll(async () => {
    const { nats } = await load<{ nats: InfraServer }>('nats.mjs');
    const { certificate, key } = certificates;
    url = await startServer(nats, ['download', 'path'], (argv) => [
      ...argv,
      '--tls',
      `--tlscert=${certificate}`,
      `--tlskey=${key}`,
    ]);
  });
  const connectTo = (address: string): Promise<NatsBus> => NatsBus.connect({ url: address, service: 'test' });
  const withTls = (): string => url.href.replace(/^nats:/, 'tls:');

  it('is connected with tls:// and the certificate authority of the URL', async () => {
    const bus = await waitFor(
      () => connectTo(`${withTls()}?ca=${certificates.ca}`).catch(() => undefined),
      'a connection',
    );
    await bus.serve('rpc.test.thing.get.v1', 'test', async ({ data }) => data);
    expect(Buffer.from(await bus.request('rpc.test.thing.get.v1', Buffer.from('x'), {}, 5_000)).toString()).toBe('x');
    await bus.close();
  });

  it('is not connected with tls:// when its certificate authority is unknown', async () => {
    await expect(connect(brokerAddress(withTls()))).rejects.toThrow(/certificate/);
  });

  it('is not connected with tls:// when the server offers no TLS', async () => {
    const withoutTls = serverUrl('NATS_URL').replace(/^nats:/, 'tls:');
    await expect(connect(brokerAddress(withoutTls))).rejects.toThrow(/tls/i);
  });
});

describe('PostgreSQL', () => {
  let url: URL;
  beforeAll(async () => {
    const { postgres } = await load<{ postgres: InfraServer }>('postgres.mjs');
    const { certificate, key } = certificates;
    url = await startServer(postgres, ['npm', 'path'], (argv) => [
      ...argv,
      ...['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`].flatMap((setting) => ['-c', setting]),
    ]);
  });

  async function usesTls(parameters: string): Promise<boolean> {
    const orm = await openOrm({ url: `${url.href}${parameters}`, entities: [] });
    try {
      const [row] = await orm.em.execute<{ ssl: boolean }[]>(
        `select ssl from pg_stat_ssl where pid = pg_backend_pid()`,
      );
      return row!.ssl;
    } finally {
      await orm.close();
    }
  }

  it('is connected with sslmode=verify-full and the certificate authority of the URL', async () => {
    const parameters = `?sslmode=verify-full&sslrootcert=${certificates.ca}`;
    expect(await waitFor(() => usesTls(parameters).catch(() => undefined), 'a connection with TLS')).toBe(true);
  });

  it('is not connected with sslmode=verify-full when its certificate authority is unknown', async () => {
    await expect(usesTls('?sslmode=verify-full')).rejects.toThrow(/certificate/);
  });
});

describe('Redis', () => {
  let url: URL;
  beforeAll(async () => {
    const { redis } = await load<{ redis: InfraServer }>('redis.mjs');
    const { certificate, key } = certificates;
    url = await startServer(redis, ['download', 'path'], (argv) => {
      const port = argv[argv.indexOf('--port') + 1]!;
      const tls = { port: '0', 'tls-port': port, 'tls-cert-file': certificate, 'tls-key-file': key };
      return [
        ...argv,
        ...Object.entries({ ...tls, 'tls-auth-clients': 'no' }).flatMap(([name, value]) => [`--${name}`, value]),
      ];
    });
    url.protocol = 'rediss:';
    await waitFor(() => acceptsConnections(Number(url.port)), 'the server with TLS');
  });

  const defaultAuthorities = getCACertificates('default');
  /** Adds the certificate authority of the test, like NODE_EXTRA_CA_CERTS at the start of a process. */
  const trustAuthority = (): void =>
    setDefaultCACertificates([...defaultAuthorities, fs.readFileSync(certificates.ca, 'utf8')]);
  afterEach(() => setDefaultCACertificates(defaultAuthorities));

  /** Runs a job for one due row. Returns the row when its work has run. */
  async function runOneJob(): Promise<unknown> {
    const worked = new ItemCollector<string>();
    const jobs = new Jobs({
      service: 'storage',
      redisUrl: url.href,
      databaseUrl: undefined,
      logError: (error) => worked.add(String(error)),
    });
    jobs.register({
      name: 'tidy',
      everyMs: 3_600_000,
      findDue: async () => [{ organizationId: newId('org', new Date()), id: 'due' }],
      work: async ({ id }) => worked.add(id),
    });
    await jobs.start();
    const [first] = await worked.untilCount(1);
    await jobs.stop();
    return first;
  }

  /** The error of a connection as the queue of a service opens it. */
  async function errorOf(redisUrl: string): Promise<Error> {
    const errors = new ItemCollector<Error>();
    const queue = openQueue({ service: 'storage', redisUrl, databaseUrl: undefined, prefix: undefined });
    queue.on('error', (error) => errors.add(error));
    const [error] = await errors.untilCount(1);
    await queue.close();
    return error!;
  }

  it('is connected with rediss:// when the process trusts the certificate authority', async () => {
    trustAuthority();
    expect(await probeRedis(url.href)).toBeUndefined();
    expect(await runOneJob()).toBe('due');
  });

  it('is not connected with rediss:// when its certificate authority is unknown', async () => {
    expect(await probeRedis(url.href)).toBe('Redis does not answer');
    expect((await errorOf(url.href)).message).toMatch(/certificate/);
  });

  it('is not connected with rediss:// when the certificate is for another host', async () => {
    trustAuthority();
    const otherHost = url.href.replace('localhost', '127.0.0.1');
    expect(await probeRedis(otherHost)).toBe('Redis does not answer');
    expect(await errorOf(otherHost)).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('is not connected with rediss:// when the server offers no TLS', async () => {
    trustAuthority();
    // Redis itself waits for the end of the line, until the client gives up after ten seconds.
    const server = net.createServer((socket) => socket.once('data', () => socket.end('-ERR unknown command\r\n')));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    expect(await probeRedis(`rediss://localhost:${port}`)).toBe('Redis does not answer');
    server.close();
  });
});

const acceptsConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
