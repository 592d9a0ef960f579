import type { TestService } from '@cordee/testing/test-service';

/**
 * A message that becomes due within this time counts as due. The first retry is due after ten seconds, so retries do
 * not count.
 */
const DUE_SOON_MS = 5_000;

/** Waits until all due messages are prepared and sent. Messages that wait for a retry do not count. */
export const waitUntilIdle = (test: TestService): Promise<true> =>
  test.until(async () => {
    const soon = new Date(test.process.clock.now().getTime() + DUE_SOON_MS);
    const [row] = await test.rows(
      `select (select count(*) from reminder where status = 'planned' and next_try_at <= $1)::int + (select count(*)
       from message where status = 'sending' or (status = 'queued' and next_try_at <= $1))::int as due`,
      [soon],
    );
    return row!['due'] === 0;
  }, 'the end of all due messages');
