import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { brokerAddress } from '@cordee/messaging/broker-address';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { openOrm } from '@cordee/service/database/orm';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificates, type Certificates } from '../certificates.ts';
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
const started: ChildProcess[] = [];
beforeAll(() => {
  certificates = createCertificates();
});
afterAll(async () => {
  for (const child of started) {
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
  started.push(spawn(command!, args, { stdio: 'ignore', ...options }));
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
