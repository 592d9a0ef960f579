import fs from 'node:fs';
import path from 'node:path';
import { downloadDescription, downloadNewerNats, findDownloadedProgram, newerNatsDescription } from './download.mjs';
import { findProgramOnPath, versionOf } from './find-program.mjs';
import { probeNats } from './probes.mjs';
import { developer } from './secrets.mjs';
import { usersFile, writeUsers } from './tool-users.mjs';
import { isAtLeast } from './versions.mjs';

const minimumVersion = '2.10.23';

/** Finds the downloaded NATS with atomic batches. Throws when it is not available or does not run on this machine. */
export async function findNewerNats() {
  const argv = await findDownloadedProgram('nats-server', downloadNewerNats);
  return { how: newerNatsDescription, argv, version: await versionOf(argv) };
}

/** Finds the downloaded NATS without atomic batches. */
export async function findOlderNats() {
  const argv = await findDownloadedProgram('nats-server');
  return { how: downloadDescription, argv, version: await versionOf(argv) };
}

export const nats = {
  name: 'nats',
  title: 'NATS',
  variable: 'NATS_URL',
  advice: `install nats-server ${minimumVersion} or newer, or set NATS_URL`,
  // The stop signals in their order, each with the milliseconds to wait until the server has ended.
  stopSignals: [
    ['SIGTERM', 10_000],
    ['SIGKILL', 5_000],
  ],
  find: {
    download: () => findNewerNats().catch(findOlderNats),
    path: () => findProgramOnPath(['nats-server'], minimumVersion),
  },
  exampleUrl: 'nats://127.0.0.1:4222',
  urlAt: (port, { nats: passwords }) => `nats://${developer}:${passwords[developer]}@127.0.0.1:${port}`,
  probe: async (url) => {
    const answer = await probeNats(url);
    return {
      ...answer,
      problem: answer.isReady && !answer.hasJetStream ? 'it has no JetStream (nats-server -js)' : undefined,
    };
  },
  prepare({ folder, port, durable, program, secrets, isProduction }) {
    const configuration = path.join(folder, 'nats.conf');
    fs.writeFileSync(configuration, configurationOf({ folder, port, durable, version: program.version }), {
      mode: 0o600,
    });
    writeUsers(folder, secrets, { isProduction });
    return { argv: [...program.argv, '--config', configuration] };
  },
};

function configurationOf({ folder, port, durable, version }) {
  // By default NATS flushes to disk every two minutes, so a power cut would lose acknowledged events. NATS has this
  // option since version 2.10.
  const syncOption = durable && isAtLeast(version, '2.10') ? '\n  sync_interval: always' : '';
  return `listen: "127.0.0.1:${port}"
server_name: "cordee-${path.basename(folder)}"
max_payload: 8MB
jetstream {
  store_dir: ${JSON.stringify(path.join(folder, 'nats'))}${syncOption}
}
include ${JSON.stringify(usersFile)}
`;
}
