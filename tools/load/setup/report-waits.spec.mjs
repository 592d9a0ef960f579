import { expect, test } from '@jest/globals';
import { waitReporter } from './report-waits.mjs';

test('the first long wait for each code is reported', () => {
  const notes = [];
  const report = waitReporter((text) => notes.push(text));
  const wait = { call: 'POST /v1/sign-ups', seconds: 60, status: 429, code: 'SIGN_UP_LIMITED' };
  report({ ...wait, seconds: 1 });
  report(wait);
  report(wait);
  report({ ...wait, status: 503, code: 'SERVICE_UNAVAILABLE', seconds: 2 });
  expect(notes).toEqual([
    'POST /v1/sign-ups is refused (429 SIGN_UP_LIMITED): trying again after 60 s; docs/guides/load-testers.md has ' +
      'the limits to raise',
    'POST /v1/sign-ups is refused (503 SERVICE_UNAVAILABLE): trying again after 2 s',
  ]);
});
