import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import openapiTypeScript from 'openapi-typescript';

const options = '--noEmit --strict --target es2024 --module nodenext --allowImportingTsExtensions'.split(' ');

/** Generates the types of a client and compiles the examples of docs/examples with them. Returns the errors. */
export async function compileExamples(document, root) {
  const examples = path.join(root, 'docs/examples');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-client-'));
  try {
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    fs.writeFileSync(path.join(folder, 'openapi.ts'), await openapiTypeScript(structuredClone(document)));
    const files = fs.readdirSync(examples).filter((name) => name.endsWith('.ts'));
    for (const name of files) fs.copyFileSync(path.join(examples, name), path.join(folder, name));
    return await compile(path.join(root, 'node_modules/.bin/tsc'), files, folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function compile(compiler, files, cwd) {
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, ...options, ...files], { cwd }, (error, output) =>
      resolve(error ? (output || error.message).trim().split('\n') : []),
    );
  });
}
