import fs from 'node:fs';
import path from 'node:path';
import { readDebianMirrors } from './apt-sources.mjs';
import { InfraError } from './infra-error.mjs';
import { findProgram, runProgram } from './run-program.mjs';
import { fillOnce, refuseAfterFailure, userCache } from './user-cache.mjs';

// The suite fixes the versions of the packages, because a stable Debian release gets only security updates.
const stable = 'trixie';
const stablePackages = [
  'nats-server',
  'valkey-server',
  'valkey-tools',
  'liblzf1',
  'libjemalloc2',
  'libc6',
  'libgcc-s1',
  'libstdc++6',
  'libssl3t64',
  'libsystemd0',
  'libcap2',
  'zlib1g',
  'libzstd1',
];
const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';

// The next Debian release has a NATS with atomic batches (2.12 or newer), which the stable release does not have.
const next = 'forky';
const nextPackages = ['nats-server'];

/** The downloads, by suite. A process downloads a suite at most once and does not repeat a failed download. */
const pendingDownloads = new Map();

/**
 * Returns the root folder of the unpacked packages of NATS and Valkey. Each user downloads the packages once, without
 * root rights.
 */
export const downloadServers = () => downloadOnce(stable, stablePackages);

/** Returns the root folder of the newer NATS. Throws when the mirror does not have it, for example a partial mirror. */
export const downloadNewerNats = () => downloadOnce(next, nextPackages, refuseAfterFailure);

function downloadOnce(suite, packages, guard = (_folder, unpack) => unpack()) {
  if (!pendingDownloads.has(suite)) pendingDownloads.set(suite, download(suite, packages, guard));
  return pendingDownloads.get(suite);
}

/**
 * Returns the command of a downloaded program. The command loads the downloaded libraries, because the C library of the
 * machine can be older.
 */
export async function findDownloadedProgram(name, downloadProgram = downloadServers) {
  const [root, programRoot] = await Promise.all([downloadServers(), downloadProgram()]);
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const libraries = path.join(root, 'usr/lib', triplet);
  const loader = [
    `usr/lib/${triplet}/ld-linux-x86-64.so.2`,
    'usr/lib64/ld-linux-x86-64.so.2',
    `usr/lib/${triplet}/ld-linux-aarch64.so.1`,
    'usr/lib/ld-linux-aarch64.so.1',
  ]
    .map((file) => path.join(root, file))
    .find((file) => fs.existsSync(file));
  const program = ['usr/sbin', 'usr/bin']
    .map((folder) => path.join(programRoot, folder, name))
    .find((file) => fs.existsSync(file));
  if (!loader || !program)
    throw new InfraError(`the download in ${programRoot} has no ${name}: delete this folder and try again.`);
  return [loader, '--library-path', libraries, program];
}

export const downloadDescription = `private download, Debian ${stable}`;
export const newerNatsDescription = `private download, Debian ${next}`;

async function download(suite, packages, guard) {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    throw new InfraError(`no download for ${process.platform}-${process.arch}`);
  for (const tool of ['apt-get', 'dpkg-deb'])
    if (!findProgram(tool)) throw new InfraError(`no download without ${tool}`);
  const folder = path.join(userCache(), `debian-${suite}-${process.arch}`);
  return fillOnce(folder, (target) => guard(folder, () => unpackFromFirstMirror(target, suite, packages)));
}

async function unpackFromFirstMirror(folder, suite, packages) {
  const mirrors = readDebianMirrors();
  if (mirrors.length === 0) throw new InfraError('no download: the apt sources of this machine have no Debian mirror');
  let failure;
  for (const mirror of mirrors) {
    try {
      return await unpackFrom(mirror, folder, suite, packages);
    } catch (error) {
      failure = error;
    }
  }
  throw new InfraError(`download failed: ${failure.message}`);
}

async function unpackFrom({ uri, signedBy }, folder, suite, packages) {
  const workFolder = path.join(folder, 'work');
  const debs = path.join(workFolder, 'debs');
  for (const name of ['lists/partial', 'archives/partial', 'debs'])
    fs.mkdirSync(path.join(workFolder, name), { recursive: true });
  const keys = signedBy && fs.existsSync(signedBy) ? signedBy : debianKeys;
  const signedByOption = fs.existsSync(keys) ? `[signed-by=${keys}] ` : '';
  fs.writeFileSync(path.join(workFolder, 'sources.list'), `deb ${signedByOption}${uri} ${suite} main\n`);
  fs.writeFileSync(path.join(workFolder, 'status'), '');
  fs.writeFileSync(path.join(workFolder, 'apt.conf'), privateConfiguration(workFolder));
  const configuration = ['-c', path.join(workFolder, 'apt.conf'), '-qq'];
  await runProgram('apt-get', [...configuration, 'update']);
  await runProgram('apt-get', [...configuration, 'download', ...packages], { cwd: debs });
  for (const deb of fs.readdirSync(debs)) await runProgram('dpkg-deb', ['-x', path.join(debs, deb), folder]);
  fs.rmSync(workFolder, { recursive: true, force: true });
}

/**
 * Returns an apt configuration that adds to the configuration of the machine. The configuration of the machine contains
 * the proxy, certificates and passwords of the mirror. The added options set private folders for state, lists and
 * sources, and remove the hooks of system updates.
 */
function privateConfiguration(workFolder) {
  return `
#clear APT::Update;
#clear DPkg;
Dir::Etc::SourceList "${workFolder}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "${workFolder}";
Dir::State::Lists "${workFolder}/lists";
Dir::State::Status "${workFolder}/status";
Dir::Cache "${workFolder}";
Dir::Cache::Archives "${workFolder}/archives";
APT::Sandbox::User "";
APT::Default-Release "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
`;
}
