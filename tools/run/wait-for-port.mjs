import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Returns the HTTP status of an address, or undefined when no server answers. */
export function statusOf(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: 5_000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

export function isListening(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.destroy(resolve(true)));
    socket.on('error', () => resolve(false));
  });
}

/** Repeats the check until the condition is true. Returns false after the timeout. */
export async function waitFor(condition, timeoutMs) {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(50))
    if (await condition()) return true;
  return false;
}
