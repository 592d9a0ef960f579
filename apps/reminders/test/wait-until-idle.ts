import type { TestService } from '@cordee/testing/test-service';

/** A message is due from the moment it was prepared, which may be just after a look at the clock; one that is tried again later is so after ten seconds at the earliest. */
const JUST_NOW_MS = 5_000;

/** For specs: until what is due has been prepared and sent. What waits for its next try does not count. */
export const waitUntilIdle = (test: TestService): Promise<true> =>
  test.until(async () => {
    const soon = new Date(test.process.clock.now().getTime() + JUST_NOW_MS);
    const [row] = await test.rows(
      `select (select count(*) from reminder where status = 'planned' and next_try_at <= $1)::int + (select count(*) from message where status = 'sending' or (status = 'queued' and next_try_at <= $1))::int as n`,
      [soon],
    );
    return row!['n'] === 0;
  }, 'quiet');
