import { describe, expect, test } from '@jest/globals';
import { classify } from './outcome.mjs';

const answer = (status, { code = 'CODE', retryAfter, type = 'application/problem+json', text } = {}) => ({
  status,
  headers: { 'content-type': type, ...(retryAfter ? { 'retry-after': retryAfter } : {}) },
  text: text ?? JSON.stringify({ status, code }),
});

describe('an answer', () => {
  test.each([[200], [201], [204]])('with status %d is successful', (status) => {
    expect(classify({ status, headers: {}, text: '' })).toEqual({ kind: 'ok' });
  });

  test('with an expected status is successful', () => {
    expect(classify(answer(409), [409])).toEqual({ kind: 'ok' });
  });

  test.each([
    [429, 'RATE_LIMITED'],
    [503, 'SERVICE_UNAVAILABLE'],
  ])('with status %d, a problem and Retry-After is shed', (status, code) => {
    expect(classify(answer(status, { code, retryAfter: '2' }))).toEqual({ kind: 'shed', code });
  });

  test.each([
    ['without Retry-After', answer(503), '503_WITHOUT_RETRY_AFTER'],
    ['with Retry-After 0', answer(429, { retryAfter: '0' }), '429_WITHOUT_RETRY_AFTER'],
    ['that is not a problem', answer(503, { retryAfter: '1', type: 'text/html' }), '503_WITHOUT_PROBLEM'],
    ['that is not JSON', answer(503, { retryAfter: '1', text: 'busy' }), '503_WITHOUT_PROBLEM'],
    [
      'with another status in the problem',
      answer(503, { retryAfter: '1', text: '{"status":500,"code":"INTERNAL"}' }),
      '503_IN_PROBLEM_OF_500',
    ],
  ])('that refuses %s is an error', (_, refusal, code) => {
    expect(classify(refusal)).toEqual({ kind: 'error', code });
  });

  test.each([
    [answer(409, { code: 'TEAM_NAME_TAKEN' }), 'TEAM_NAME_TAKEN'],
    [answer(500, { type: 'text/html' }), 'HTTP_500'],
    [answer(302, { text: '' }), 'HTTP_302'],
  ])('%j is an error', (failure, code) => {
    expect(classify(failure)).toEqual({ kind: 'error', code });
  });
});
