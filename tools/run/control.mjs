import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { StepFailure } from './step-failure.mjs';

const fileOf = (folder) => path.join(folder, 'control.json');

/**
 * Lets other commands of this clone control the running installation. `commands` maps names to functions with one
 * argument. Other users of the machine cannot read the file with the token. Returns a function that ends the control.
 */
export async function startControl(folder, commands) {
  const token = randomBytes(24).toString('base64url');
  const server = http.createServer((request, response) => {
    void answer(request, response, { token, commands });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  fs.writeFileSync(`${fileOf(folder)}.new`, JSON.stringify({ port: server.address().port, token }), { mode: 0o600 });
  fs.renameSync(`${fileOf(folder)}.new`, fileOf(folder));
  return () => {
    fs.rmSync(fileOf(folder), { force: true });
    server.closeAllConnections();
    server.close();
  };
}

async function answer(request, response, { token, commands }) {
  if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(404).end();
  try {
    const [name, argument] = request.url.slice(1).split('/').map(decodeURIComponent);
    if (!Object.hasOwn(commands, name)) return response.writeHead(404).end();
    response.end(JSON.stringify({ result: await commands[name](argument) }));
  } catch (error) {
    response.end(JSON.stringify({ error: error.message, lines: error.lines ?? [] }));
  }
}

/** Runs a command of the running installation. Throws `StepFailure` when none runs, or when the command fails. */
export async function callControl(folder, name, argument) {
  const { port, token } = readControl(folder);
  const body = await new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: `/${name}/${encodeURIComponent(argument)}`,
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece) => (text += piece));
        response.on('end', () => resolve(text));
        response.on('error', reject);
      },
    );
    request.on('error', () => reject(notRunning()));
    request.end();
  });
  if (body === '') throw notRunning();
  const { result, error, lines } = JSON.parse(body);
  if (error !== undefined) throw new StepFailure(error, lines);
  return result;
}

function readControl(folder) {
  try {
    return JSON.parse(fs.readFileSync(fileOf(folder), 'utf8'));
  } catch {
    throw notRunning();
  }
}

const notRunning = () => new StepFailure('Cordée does not run in this folder: npm run start:services starts it.');
