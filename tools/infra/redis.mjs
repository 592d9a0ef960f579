import fs from 'node:fs';
import path from 'node:path';
import { downloadDescription, findDownloadedProgram } from './download.mjs';
import { findProgramOnPath, versionOf } from './find-program.mjs';
import { probeRedis } from './probes.mjs';

const minimumVersion = '6.2';

/** The server is Valkey or Redis, because BullMQ works with Valkey and with Redis. */
export const redis = {
  name: 'redis',
  title: 'Valkey/Redis',
  variable: 'REDIS_URL',
  advice: `install redis-server ${minimumVersion} or newer, or set REDIS_URL`,
  // The signals, with the milliseconds that the server has to end after each signal.
  stopSignals: [
    ['SIGTERM', 10_000],
    ['SIGKILL', 5_000],
  ],
  find: {
    download: async () => {
      const argv = await findDownloadedProgram('valkey-server');
      return { how: downloadDescription, argv, version: await versionOf(argv), product: 'valkey' };
    },
    path: async () => {
      const program = await findProgramOnPath(['valkey-server', 'redis-server'], minimumVersion);
      return { ...program, product: path.basename(program.argv[0]).split('-')[0] };
    },
  },
  exampleUrl: 'redis://127.0.0.1:6379',
  urlAt: (port, { redis: password }) => `redis://:${password}@127.0.0.1:${port}`,
  probe: probeRedis,
  prepare({ folder, port, durable, program, secrets }) {
    // Redis cannot read the data of a newer Valkey, so Redis and Valkey have different folders.
    const dataFolder = path.join(folder, program.product);
    fs.mkdirSync(dataFolder, { recursive: true });
    // The password is in a file, because every user of the machine can read the arguments of a process.
    const configuration = path.join(folder, 'redis.conf');
    fs.writeFileSync(configuration, `requirepass ${secrets.redis}\n`, { mode: 0o600 });
    const settings = {
      bind: '127.0.0.1',
      port,
      dir: dataFolder,
      save: '',
      appendonly: durable ? 'yes' : 'no',
      appendfsync: 'always',
      // The server must not evict the jobs of BullMQ.
      'maxmemory-policy': 'noeviction',
    };
    return {
      argv: [
        ...program.argv,
        configuration,
        ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ],
    };
  },
};
