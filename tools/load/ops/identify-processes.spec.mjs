import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identifyProcesses } from './identify-processes.mjs';

let server, url;
beforeAll(async () => {
  server = http.createServer(({ url: path }, response) => {
    if (path === '/health/live') response.end('{"service":"teams","status":"ok"}');
    else response.writeHead(path === '/metrics' ? 200 : 404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}/metrics`;
});
afterAll(() => server.close());

describe('the processes of --ops', () => {
  test('have the names of their services when they are given as ports', async () => {
    expect(await identifyProcesses([{ name: 'port 9101', url, isPort: true }])).toEqual([{ name: 'teams', url }]);
    expect(await identifyProcesses([{ name: 'mine', url, isPort: false }])).toEqual([{ name: 'mine', url }]);
  });

  test('of one service have different names', async () => {
    const ports = [
      { name: 'port 9101', url, isPort: true },
      { name: 'port 9102', url, isPort: true },
    ];
    const names = (await identifyProcesses(ports)).map(({ name }) => name);
    expect(names).toEqual(['teams, port 9101', 'teams, port 9102']);
  });

  test('without metrics are rejected with their address', async () => {
    const wrong = url.replace('/metrics', '/nothing');
    await expect(identifyProcesses([{ name: 'x', url: wrong }])).rejects.toThrow(
      `--ops: no metrics at ${wrong} (status 404)`,
    );
    await expect(identifyProcesses([{ name: 'x', url: 'http://127.0.0.1:1/metrics' }])).rejects.toThrow('--ops');
  });
});
