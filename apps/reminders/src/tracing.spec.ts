import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { passwordGuessingDetected } from '@cordee/contracts/identity/account';
import { startTracing } from '@cordee/service/start-tracing';
import { TestCollector } from '@cordee/testing/test-collector';
import { id, RemindersFixture } from '../test/reminders.fixture.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
let collector: TestCollector;

beforeAll(async () => {
  collector = await TestCollector.start();
  const stopTracing = startTracing('reminders', {
    CORDEE_VERSION: 'test',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: 1,
  });
  const fixture = await RemindersFixture.start();
  await fixture.test.publishEvent(
    passwordGuessingDetected,
    { accountId: id('acc'), at: '2026-11-22T22:30:15.000Z', attempts: 10 },
    { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
  );
  expect(await fixture.recipientsAndSubjects()).toHaveLength(1);
  await fixture.stop();
  await stopTracing();
});
afterAll(() => collector.stop());

it('the spans of the jobs of a mail link to the spans that have stored their rows', () => {
  const { spans } = collector;
  const reactionSpan = spans.find(
    ({ name, traceId }) => name === passwordGuessingDetected.subject && traceId === TRACE,
  )!;
  const prepareSpan = spans.find(({ name }) => name === 'job prepare')!;
  const deliverSpan = spans.find(({ name }) => name === 'job deliver')!;
  expect(prepareSpan.links).toEqual([expect.objectContaining({ traceId: TRACE, spanId: reactionSpan.spanId })]);
  expect(deliverSpan.links).toEqual([
    expect.objectContaining({ traceId: prepareSpan.traceId, spanId: prepareSpan.spanId }),
  ]);
});

it('a search for due rows creates no spans', () => {
  expect(namesOfRootSpans()).toEqual(expect.not.arrayContaining(['select', 'commit', 'update']));
});

const namesOfRootSpans = (): string[] =>
  collector.spans.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name);
