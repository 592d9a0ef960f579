import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { startStreamKeeper } from '@cordee/service/start-stream-keeper';

const infra = path.resolve(import.meta.dirname, '../../../../tools/infra');

/** The passwords of the users of the broker. */
interface BrokerSecrets {
  nats: Readonly<Record<string, string>>;
}

interface Program {
  argv: string[];
  version: number[];
}

/** The part of the server tools that this class uses. */
interface InfraServer {
  find: Record<string, () => Promise<Program>>;
  prepare(options: {
    folder: string;
    port: number;
    durable: boolean;
    program: Program;
    secrets: BrokerSecrets;
    isProduction: boolean;
  }): { argv: string[] };
  urlAt(port: number, secrets: BrokerSecrets): string;
}

interface ToolUsers {
  storeToolUser: (folder: string, tool: string, user: { configuration: string }) => void;
}

interface NatsTools {
  nats: InfraServer;
  findNewerNats: () => Promise<Program>;
  findOlderNats: () => Promise<Program>;
}

export interface PrivateBrokerOptions {
  /**
   * By default, services of any name can ask for streams, and the developer can delete streams. With `isProduction`,
   * only the services of Cordée can ask for streams, and only the operator can delete them.
   */
  readonly isProduction?: boolean;
  /** The newer NATS has atomic batches, the older one does not. Default: the newer one, if it is available. */
  readonly version?: 'newer' | 'older';
}

const load = async <T>(file: string): Promise<T> => (await import(pathToFileURL(path.join(infra, file)).href)) as T;

/**
 * A private NATS server that can be killed and restarted on the same port and store. Streams and consumers are created
 * as in production.
 */
export class PrivateBroker {
  private server: ChildProcess | undefined;
  private streamKeeper: StreamKeeper | undefined;

  private constructor(
    /** The address with the user of the developer, who may use all subjects of the services. */
    readonly url: string,
    private readonly secrets: BrokerSecrets,
    private readonly folder: string,
    private readonly argv: string[],
    private readonly waitUntilReady: (url: string) => Promise<unknown>,
  ) {}

  static async start({ isProduction = false, version }: PrivateBrokerOptions = {}): Promise<PrivateBroker> {
    const { nats, findNewerNats, findOlderNats } = await load<NatsTools>('nats.mjs');
    const { choosePort } = await load<{ choosePort: () => Promise<number> }>('ports.mjs');
    const { probeNats, waitUntilReady } = await load<{
      probeNats: unknown;
      waitUntilReady: (probe: unknown, url: string, options: object) => Promise<unknown>;
    }>('probes.mjs');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-broker-'));
    const { profileSecrets } = await load<{ profileSecrets: (folder: string) => BrokerSecrets }>('secrets.mjs');
    const secrets = profileSecrets(folder);
    const findProgram = {
      newer: findNewerNats,
      older: findOlderNats,
      any: () => nats.find['download']!().catch(() => nats.find['path']!()),
    }[version ?? 'any'];
    const program = await findProgram();
    const port = await choosePort();
    // `durable`: events that the broker has acknowledged survive the kill.
    const { argv } = nats.prepare({ folder, port, durable: true, program, secrets, isProduction });
    const broker = new PrivateBroker(nats.urlAt(port, secrets), secrets, folder, argv, async (url) => {
      if (!(await waitUntilReady(probeNats, url, { timeoutMs: 10_000 })))
        throw new Error('the private NATS server does not start');
    });
    await broker.resume();
    broker.streamKeeper = isProduction
      ? await startStreamKeeper({ STREAMS_NATS_URL: broker.urlOf('streams') })
      : await StreamKeeper.start(broker.url, () => true);
    return broker;
  }

  /** The versions that are available on this machine. Blocks, because tests are declared synchronously. */
  static availableVersions(): ('newer' | 'older')[] {
    const script = path.join(infra, 'list-nats-versions.mjs');
    return JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as ('newer' | 'older')[];
  }

  /** The address with another user of the broker, for example a service. */
  urlOf(user: string): string {
    return `nats://${user}:${this.secrets.nats[user]}@${new URL(this.url).host}`;
  }

  /** Adds the user of an internal tool, in the format of nats-server. */
  async addToolUser(tool: string, configuration: string): Promise<void> {
    const { storeToolUser } = await load<ToolUsers>('tool-users.mjs');
    storeToolUser(this.folder, tool, { configuration });
    this.server!.kill('SIGHUP');
  }

  /** Suspends the process: the broker receives messages, but does not handle them. Only `kill` may follow. */
  suspend(): void {
    this.server!.kill('SIGSTOP');
  }

  /** Kills the broker without a shutdown, like a power failure. */
  async kill(): Promise<void> {
    const ended = once(this.server!, 'exit');
    this.server!.kill('SIGKILL');
    await ended;
    this.server = undefined;
  }

  /** Starts the broker on the same port and store. */
  async resume(): Promise<void> {
    this.server = spawn(this.argv[0]!, this.argv.slice(1), { stdio: 'ignore' });
    await this.waitUntilReady(this.url);
  }

  async remove(): Promise<void> {
    if (this.server) await this.streamKeeper?.stop();
    if (this.server) await this.kill();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
