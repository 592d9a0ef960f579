import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure } from '../../run/step-failure.mjs';

const WAIT_MS = 30_000;
const POLL_MS = 100;

/**
 * Waits for a mail with a link to this address and returns the token of the link. `url` is the page of the caught mail
 * that the demonstration mode serves.
 */
export async function tokenFromMail(url, address) {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const token = await findToken(url, address);
    if (token) return token;
    if (performance.now() > deadline)
      throw new StepFailure(`No mail with a link to ${address} arrived at ${url} within ${WAIT_MS / 1_000} s.`);
    await sleep(POLL_MS);
  }
}

async function findToken(url, address) {
  const page = `${url}/messages?to=${encodeURIComponent(address)}`;
  try {
    const response = await fetch(page);
    const { data } = response.ok ? await response.json() : {};
    if (!Array.isArray(data)) throw new Error(`status ${response.status}, and no list of mails`);
    return data.map(({ text }) => /token=([\w-]+)/.exec(text)?.[1]).find(Boolean);
  } catch (error) {
    throw new StepFailure(
      `The caught mail cannot be read at ${page} (${error.cause?.code ?? error.message}). New accounts need the link ` +
        'in a mail: give --mail the address "caught mail" that npm start prints.',
    );
  }
}
