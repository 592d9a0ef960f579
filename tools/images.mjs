import './run/require-node.mjs';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { compareWithSbom } from './images/compare-with-sbom.mjs';
import { ImageBuilder } from './images/image-builder.mjs';
import { cloneRoot } from './infra/profile.mjs';
import { withoutOwnBinaries } from './run/dependencies.mjs';
import { findNode } from './run/find-node.mjs';
import { runMain } from './run/shutdown.mjs';
import { StepFailure } from './run/step-failure.mjs';

const help = `Runs the steps of the Dockerfile in a temporary folder, without a container engine, and starts the result.

  npm run images:check -- teams    the image of one service, of the gateway or of all-in-one
  npm run images:check -- --all    every image of docker-compose.yml

Each command of an image must end with the list of its missing configuration, every import must lead to a file, and
sbom.cdx.json must list the installed packages.
The packages come from the npm registry. The base image, users and ports are not checked.
`;

const START_MS = 60_000;
/** The first line of the error of a wrong configuration. */
const INVALID = 'The configuration is invalid:';
/** The mail catcher needs no configuration, so it gets a wrong value. */
const wrongValues = { MAIL_PAGE_PORT: 'none' };

await runMain(async () => {
  const options = { all: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const compose = parse(fs.readFileSync(path.join(cloneRoot, 'docker-compose.yml'), 'utf8'), { merge: true });
  const commands = commandsOfImages(compose);
  const services = values.all ? [...commands.keys()] : positionals;
  if (values.help || services.length === 0) {
    console.log(help);
    return values.help ? 0 : 1;
  }
  const unknown = services.filter((service) => !commands.has(service));
  if (unknown.length > 0)
    throw new StepFailure(`Unknown: ${unknown.join(', ')}. Known: ${[...commands.keys()].join(', ')}`);

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-images-'));
  try {
    // In an image, the programs of the base image are the only ones. HOME has the cache of npm, NODE_EXTRA_CA_CERTS the
    // certificate of a proxy of this network.
    const nodeFolder = path.dirname(fs.realpathSync(findNode()));
    const { PATH, HOME, NODE_EXTRA_CA_CERTS } = withoutOwnBinaries();
    const environment = {
      PATH: `${nodeFolder}:${PATH}`,
      HOME,
      ...(NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }),
    };
    const builder = new ImageBuilder({ folder, environment });
    for (const service of services) {
      console.log(service);
      checkImage(builder.build(service), commands.get(service), environment);
      removeFolder(path.join(folder, service));
    }
  } finally {
    removeFolder(folder);
  }
  return 0;
});

/** `rm` removes a folder with many files in a fraction of the time of Node. */
function removeFolder(folder) {
  execFileSync('rm', ['-rf', folder]);
}

/** Returns the commands with which the compose file starts each image. The command of the image is `undefined`. */
function commandsOfImages({ services }) {
  const commands = new Map();
  for (const { build, command } of Object.values(services)) {
    if (!build) continue;
    const { SERVICE } = build.args;
    commands.set(SERVICE, new Set([undefined, ...(commands.get(SERVICE) ?? []), command]));
  }
  return commands;
}

function checkImage({ root, directory, environment: imageEnvironment, command: ownCommand }, commands, base) {
  const directoryOnDisk = path.join(root, directory);
  const environment = { PATH: base.PATH, ...imageEnvironment };
  for (const command of commands) {
    const [program, ...args] = command ?? ownCommand;
    const needsWrongValue = args.some((argument) => argument.includes('mail-catcher'));
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: directoryOnDisk,
      env: { ...environment, ...(needsWrongValue ? wrongValues : {}) },
      encoding: 'utf8',
      timeout: START_MS,
    });
    const lines = `${stdout}${stderr}`.trimEnd().split('\n');
    if (status !== 1 || lines[0] !== INVALID || lines.length < 2)
      throw new StepFailure(
        `${[program, ...args].join(' ')} does not end with the list of its missing configuration (${status ?? error})`,
        lines.slice(-15),
      );
    console.log(`  ${args.at(-1)}: lists ${lines.length - 1} problems of its configuration and ends`);
  }
  const script = path.join(import.meta.dirname, 'images/missing-modules.mjs');
  const output = execFileSync('node', ['--experimental-import-meta-resolve', script], {
    cwd: path.join(root, 'cordee'),
    env: environment,
    encoding: 'utf8',
  });
  const { files, missing } = JSON.parse(output);
  if (missing.length > 0) throw new StepFailure('The image has imports without a file', missing);
  console.log(`  ${files} compiled files: every import leads to a file`);
  const { count, differences } = compareWithSbom(path.join(root, 'cordee'));
  if (differences.length > 0)
    throw new StepFailure('sbom.cdx.json differs from the packages of the image', differences);
  console.log(`  ${count} packages: sbom.cdx.json lists each of them`);
}
