import * as z from 'zod';
import { command, query } from '../contract.ts';
import { Instant } from '../values.ts';

/** The clock of all services. Staff can move it forward in demonstration and test mode; it never moves backward. */
export const getClock = query({
  subject: 'rpc.identity.clock.get.v1',
  http: { method: 'GET', path: '/v1/clock' },
  access: 'public',
  callers: 'every_service',
  summary: 'Get the current time of all services',
  input: z.object({}),
  output: z.object({ now: Instant, offsetMs: z.int().min(0) }),
  errors: {},
  example: { input: {}, output: { now: '2026-01-31T09:00:00.000Z', offsetMs: 0 } },
});

export const moveClock = command({
  subject: 'rpc.identity.clock.move.v1',
  http: { method: 'POST', path: '/v1/staff/clock' },
  access: 'staff',
  summary: 'Move the clock of all services forward',
  description: 'Rejected in production.',
  input: z.object({ to: Instant }),
  output: z.object({ now: Instant, offsetMs: z.int().min(0) }),
  errors: {
    CLOCK_FIXED: { status: 409, title: 'The clock moves in demonstration and test mode only' },
    CLOCK_BACKWARDS: { status: 422, title: 'The clock moves forward only' },
  },
  example: {
    input: { to: '2026-12-18T08:00:00.000Z' },
    output: { now: '2026-12-18T08:00:00.000Z', offsetMs: 27_734_400_000 },
  },
});

/** Subject of the notification to all processes after the clock moved. The data is `{ offsetMs }`. */
export const CLOCK_MOVED_SUBJECT = 'sync.clock.moved';
