import { randomBytes } from 'node:crypto';
import { atMost, equals, judge } from '../judge.mjs';

const LIMIT = 100;
const SIGN_IN_LIMIT = 10;
const REQUESTS = 300;
const PARALLEL = 10;
/** The requests of one evasion can fall into two windows of a limit. */
const WINDOWS = 2;
const randomToken = () => `Bearer cordee_${randomBytes(24).toString('hex')}`;
const randomAddress = () => [...randomBytes(4)].join('.');
const randomPassword = () => `Basic ${randomBytes(12).toString('base64')}`;

export const attack = {
  name: 'rate-limit-evasion',
  shows: 'Other tokens, other addresses in headers and unknown paths do not evade the limits of an address',
  env: { RATE_LIMIT_PER_MINUTE: String(LIMIT), SIGN_IN_LIMIT_PER_MINUTE: String(SIGN_IN_LIMIT) },
  async run({ url, queueBoardUrl }) {
    const signInRequest = (headers) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ email: 'nobody@cordee.example', password: 'a wrong password' }),
    });
    const evasions = {
      'sign-in with API tokens': [
        `${url}/v1/sessions`,
        () => signInRequest({ authorization: randomToken() }),
        SIGN_IN_LIMIT,
      ],
      'sign-in with X-Forwarded-For': [
        `${url}/v1/sessions`,
        () =>
          signInRequest({
            'x-forwarded-for': randomAddress(),
            'x-real-ip': randomAddress(),
            forwarded: `for=${randomAddress()}`,
          }),
        SIGN_IN_LIMIT,
      ],
      'public query with tokens': [
        `${url}/v1/product-types`,
        () => ({ headers: { authorization: randomToken() } }),
        LIMIT,
      ],
      'unknown paths': [`${url}/nothing`, () => ({}), LIMIT],
      'passwords of the queue board': [queueBoardUrl, () => ({ headers: { authorization: randomPassword() } }), 10],
    };
    const figures = [];
    for (const [name, [target, options, limit]] of Object.entries(evasions)) {
      const answers = await sendAll(target, options);
      const acceptedCount = answers.filter(({ status }) => status !== 429).length;
      const refusedAnswers = answers.filter(({ status }) => status === 429);
      const isComplete = ({ type, retryAfter }) => type?.startsWith('application/problem+json') && retryAfter > 0;
      figures.push(
        atMost(`${name}: accepted`, acceptedCount, WINDOWS * limit),
        equals(
          `${name}: refusals without a problem and Retry-After`,
          refusedAnswers.filter((each) => !isComplete(each)).length,
          0,
        ),
      );
    }
    return judge(`${REQUESTS} requests of each kind`, ...figures);
  },
};

async function sendAll(target, options) {
  const answers = [];
  const sendUntilDone = async () => {
    while (answers.length < REQUESTS) {
      const { status, headers } = await fetch(target, options());
      answers.push({ status, type: headers.get('content-type'), retryAfter: Number(headers.get('retry-after')) });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, sendUntilDone));
  return answers;
}
