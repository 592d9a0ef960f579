import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure } from '../../run/step-failure.mjs';
import { atLeast, atMost, equals, judge } from '../judge.mjs';

const ATTEMPTS = 600;
const PARALLEL = 8;
const NETWORKS = 50;
/** The number of wrong passwords that are checked before an account must wait. */
const FREE_ATTEMPTS = 5;
const WRONG_PASSWORD = 'a wrong password of the attacker';
const MAIL_MS = 20_000;

export const attack = {
  name: 'password-guessing',
  shows:
    'Wrong passwords from one or from many addresses are stopped; the owner is told and signs in on a known device',
  env: { TRUSTED_PROXIES: '127.0.0.0/8', RATE_LIMIT_PER_MINUTE: '1000000', SIGN_IN_LIMIT_PER_MINUTE: '1000000' },
  async run({ url, mailUrl, accounts }) {
    const figures = [];
    for (const networks of [1, NETWORKS]) {
      const { organizations } = await accounts();
      const { email, password } = organizations[0].owner;
      const { deviceToken } = (await signIn(url, { email, password }, addressOf(250))).body;
      const answers = await sendAll((index) =>
        signIn(url, { email, password: WRONG_PASSWORD }, addressOf(index % networks)),
      );
      const label = networks === 1 ? 'one address' : `${networks} addresses`;
      const answerToRightPassword = await signIn(url, { email, password }, addressOf(0));
      const answerToKnownDevice = await signIn(url, { email, password, deviceToken }, addressOf(0));
      figures.push(
        atMost(`${label}: passwords that were checked`, countCode(answers, 'SIGN_IN_FAILED'), FREE_ATTEMPTS),
        atLeast(`${label}: attempts that had to wait`, countCode(answers, 'SIGN_IN_LIMITED'), ATTEMPTS - FREE_ATTEMPTS),
        equals(`${label}: the right password of the attacker`, answerToRightPassword.body.code, 'SIGN_IN_LIMITED'),
        equals(`${label}: the owner on a known device`, answerToKnownDevice.status, 201),
        equals(`${label}: mails to the owner`, await countAttackMails({ url, mailUrl }, email), 1),
      );
    }
    return judge(`${ATTEMPTS} wrong passwords, twice`, ...figures);
  },
};

const addressOf = (index) => `198.51.100.${index + 1}`;
const countCode = (answers, code) => answers.filter(({ body }) => body.code === code).length;

async function signIn(url, body, address) {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function sendAll(send) {
  const answers = [];
  let sentCount = 0;
  const sendUntilDone = async () => {
    while (sentCount < ATTEMPTS) {
      sentCount += 1;
      answers.push(await send(sentCount));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, sendUntilDone));
  return answers;
}

/**
 * Returns the number of mails about wrong passwords. A password reset is requested after the attack; when its mail has
 * arrived, the earlier mails have arrived too.
 */
async function countAttackMails({ url, mailUrl }, email) {
  const readMails = async () =>
    (await (await fetch(`${mailUrl}/messages?to=${encodeURIComponent(email)}`)).json()).data;
  const hasLink = ({ text }) => /token=/.test(text);
  const linksBefore = (await readMails()).filter(hasLink).length;
  await fetch(`${url}/v1/password-resets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(200) },
    body: JSON.stringify({ email }),
  });
  for (const deadline = performance.now() + MAIL_MS; performance.now() < deadline; await sleep(200)) {
    const received = await readMails();
    if (received.filter(hasLink).length > linksBefore) return received.filter((mail) => !hasLink(mail)).length;
  }
  throw new StepFailure(`The mail with the link for a new password did not arrive after ${MAIL_MS / 1_000} s.`);
}
