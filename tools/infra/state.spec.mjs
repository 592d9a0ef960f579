import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockHolder, takeLock } from './lock.mjs';
import { isRunning, identityOf, stopProcess } from './processes.mjs';
import { changeState, readState } from './state.mjs';

let folder;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-spec-'))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('the state of a profile', () => {
  test('is empty before the first run and when the file is damaged', () => {
    expect(readState(folder)).toEqual({ servers: {}, ports: {} });
    fs.writeFileSync(path.join(folder, 'state.json'), '{"servers":');
    expect(readState(folder)).toEqual({ servers: {}, ports: {} });
  });

  test('keeps the entries that a change does not touch', () => {
    changeState(folder, (state) => (state.ports.nats = 4222));
    changeState(folder, (state) => (state.servers.nats = { port: 4222 }));
    expect(readState(folder)).toEqual({ servers: { nats: { port: 4222 } }, ports: { nats: 4222 } });
    expect(fs.readdirSync(folder)).toEqual(['state.json']);
  });
});

describe('a recorded process', () => {
  test('is stopped, while another process with the same pid is not stopped', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identityOf(child.pid);
    const otherProcess = { ...identity, start: 'another boot/1' };
    await stopProcess(otherProcess);
    expect([isRunning(identity), isRunning(otherProcess)]).toEqual([true, false]);
    await stopProcess(identity);
    expect(isRunning(identity)).toBe(false);
  });

  test('does not run when its pid does not exist', () => {
    expect(isRunning(identityOf(2 ** 30))).toBe(false);
    expect(isRunning(undefined)).toBe(false);
  });
});

describe('a lock', () => {
  test('has one holder, and the error of a second caller names the purpose of the holder', async () => {
    const release = await takeLock(folder, 'occupied', { purpose: 'npm start' });
    await expect(takeLock(folder, 'occupied', { purpose: 'npm test' })).rejects.toThrow(
      `npm start (process ${process.pid})`,
    );
    expect(lockHolder(folder, 'occupied')).toMatchObject({ purpose: 'npm start' });
    release();
    expect(lockHolder(folder, 'occupied')).toBeUndefined();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('is acquired when the holder releases it before the timeout', async () => {
    const release = await takeLock(folder, 'servers', { purpose: 'first' });
    setTimeout(release, 100);
    const releaseSecond = await takeLock(folder, 'servers', { purpose: 'second', timeoutMs: 5_000 });
    releaseSecond();
  });

  test('of an ended process is taken over', async () => {
    fs.writeFileSync(
      path.join(folder, 'occupied.lock'),
      JSON.stringify({ pid: process.pid, start: 'another boot/1', purpose: 'crashed' }),
    );
    const release = await takeLock(folder, 'occupied', { purpose: 'npm start' });
    expect(lockHolder(folder, 'occupied')).toMatchObject({ purpose: 'npm start' });
    release();
  });
});
