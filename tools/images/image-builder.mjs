import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { StepFailure } from '../run/step-failure.mjs';
import { ignorePattern, parseDockerfile, withVariables } from './dockerfile.mjs';

/**
 * Runs the steps of the Dockerfile without a container engine: a stage is a folder, and its commands run on this
 * machine with `node`. The base image, users and ports are not reproduced.
 */
export class ImageBuilder {
  #folder;
  #baseEnvironment;
  #globalArguments;
  #stages;
  /** The state of each stage after its first instructions, which are the same for every service. Built once. */
  #shared = new Map();

  constructor({ folder, environment }) {
    this.#folder = folder;
    this.#baseEnvironment = environment;
    const { globalArguments, stages } = parseDockerfile(fs.readFileSync(path.join(cloneRoot, 'Dockerfile'), 'utf8'));
    this.#globalArguments = globalArguments;
    this.#stages = stages;
    this.#copyContext();
  }

  /**
   * Builds the last stage for a service. Returns its root folder, its working directory, the environment that the image
   * sets, and its command.
   */
  build(service) {
    const built = new Map();
    for (const stage of this.#stages) built.set(stage.name, this.#buildStage(stage, service, built));
    return built.get(this.#stages.at(-1).name);
  }

  #buildStage(stage, service, built) {
    const { name, instructions } = stage;
    const ownStart = instructions.findIndex((instruction) => this.#dependsOnService(instruction));
    const sharedCount = ownStart === -1 ? instructions.length : ownStart;
    if (!this.#shared.has(name)) {
      const state = { root: path.join(this.#folder, 'shared', name), directory: '/', variables: {}, environment: {} };
      fs.mkdirSync(state.root, { recursive: true });
      this.#shared.set(name, this.#run(stage, instructions.slice(0, sharedCount), state, service, built));
    }
    const shared = this.#shared.get(name);
    if (ownStart === -1) return shared;
    const root = path.join(this.#folder, service, name);
    copyFolder(shared.root, root);
    const state = { ...shared, root, variables: { ...shared.variables }, environment: { ...shared.environment } };
    return this.#run(stage, instructions.slice(sharedCount), state, service, built);
  }

  #dependsOnService({ text, from }) {
    const source = this.#stages.find(({ name }) => name === from);
    return /\bSERVICE\b/.test(text) || (source?.instructions.some((other) => this.#dependsOnService(other)) ?? false);
  }

  #run(stage, instructions, state, service, built) {
    const buildArguments = { SERVICE: service };
    for (const { keyword, text, from } of instructions) {
      const variables = { ...state.variables, ...state.environment };
      const directory = path.join(state.root, state.directory);
      if (keyword === 'ARG') {
        const [name, value] = text.split(/=(.*)/s);
        const global = this.#globalArguments.find((entry) => entry.startsWith(`${name}=`))?.split('=')[1];
        state.variables[name] = buildArguments[name] ?? value ?? global ?? '';
      } else if (keyword === 'ENV') {
        for (const [, name, value] of text.matchAll(/(\w+)=(\S*)/g))
          state.environment[name] = withVariables(value, variables);
      } else if (keyword === 'WORKDIR') {
        state.directory = path.posix.resolve(state.directory, withVariables(text, variables));
        fs.mkdirSync(path.join(state.root, state.directory), { recursive: true });
      } else if (keyword === 'COPY') {
        const sourceRoot = from ? built.get(from).root : path.join(this.#folder, 'context');
        const words = withVariables(text, variables).split(/\s+/);
        const target = words.pop();
        for (const word of words) copyInto(path.join(sourceRoot, word), directory, target);
      } else if (keyword === 'RUN') this.#runCommand(stage, text, directory, variables);
      else if (keyword === 'CMD') state.command = JSON.parse(text);
    }
    return state;
  }

  #runCommand({ name }, command, cwd, variables) {
    console.log(`  ${name}: ${command}`);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd,
      env: { ...this.#baseEnvironment, ...variables },
      encoding: 'utf8',
      maxBuffer: 100_000_000,
    });
    if (status === 0) return;
    const lines = `${stdout}${stderr}`.trimEnd().split('\n').slice(-15);
    throw new StepFailure(`The stage ${name} of the image failed (${status}): ${command}`, lines);
  }

  /** Copies the files that the engine would get: without those of .dockerignore and without ignored files of Git. */
  #copyContext() {
    const read = (file) => fs.readFileSync(path.join(cloneRoot, file), 'utf8');
    const patterns = read('.dockerignore').split('\n').filter(Boolean).map(ignorePattern);
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: cloneRoot,
      encoding: 'utf8',
      maxBuffer: 100_000_000,
    });
    for (const file of new Set(listed.trim().split('\n'))) {
      if (patterns.some((pattern) => pattern.test(file)) || !fs.existsSync(path.join(cloneRoot, file))) continue;
      const target = path.join(this.#folder, 'context', file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.copyFileSync(path.join(cloneRoot, file), target);
    }
  }
}

/** Copies a file, or the content of a folder, as COPY does. */
function copyInto(source, directory, target) {
  const isFolder = fs.statSync(source).isDirectory();
  const destination = path.join(directory, target);
  if (isFolder) return copyFolder(source, destination);
  fs.mkdirSync(target.endsWith('/') ? destination : path.dirname(destination), { recursive: true });
  fs.copyFileSync(source, target.endsWith('/') ? path.join(destination, path.basename(source)) : destination);
}

/** Copies the content of a folder. Files are hard links: a stage replaces files, and does not write into them. */
function copyFolder(source, target) {
  fs.mkdirSync(target, { recursive: true });
  execFileSync('cp', ['-a', '--link', `${source}/.`, target]);
}
