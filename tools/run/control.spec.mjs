import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callControl, startControl } from './control.mjs';

let folder;
let stop;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-control-'));
  stop = await startControl(folder, { greet: async (name) => `hello ${name}` });
});
afterEach(() => {
  stop();
  fs.rmSync(folder, { recursive: true });
});

const readControlFile = () => JSON.parse(fs.readFileSync(path.join(folder, 'control.json'), 'utf8'));
const get = (target, authorization) =>
  fetch(`http://127.0.0.1:${readControlFile().port}/${target}`, { headers: authorization ? { authorization } : {} });

describe('the control of an installation', () => {
  it('runs a command with its argument', async () => {
    expect(await callControl(folder, 'greet', 'a/b é')).toBe('hello a/b é');
  });

  it('answers 404 without the token and for an unknown command, and reports a malformed path', async () => {
    const authorization = `Bearer ${readControlFile().token}`;
    const statuses = await Promise.all(
      [get('%zz'), get('greet/x'), get('greet/x', 'Bearer x'), get('toString', authorization)].map(
        async (reply) => (await reply).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
    expect(await (await get('%zz', authorization)).json()).toEqual({ error: 'URI malformed', lines: [] });
    expect(await callControl(folder, 'greet', 'later')).toBe('hello later');
  });
});
