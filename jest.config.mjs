import fs from 'node:fs';
import path from 'node:path';
import { testTimeout } from './jest.preset.mjs';

const root = import.meta.dirname;
const projects = ['apps', 'libs']
  .flatMap((group) => fs.readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)))
  .concat(path.join(root, 'tools'))
  .filter((folder) => fs.existsSync(path.join(folder, 'jest.config.mjs')));

export default { projects, testTimeout, workerIdleMemoryLimit: '700MB' };
