import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The status with which an address answers, or undefined when nothing does. */
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

/** Asks until the question is answered with yes, or answers false when patience is over. */
export async function until(ask, patience) {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(50)) if (await ask()) return true;
  return false;
}
