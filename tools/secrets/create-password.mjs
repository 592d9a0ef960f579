import { randomBytes } from 'node:crypto';

/**
 * Returns a random password. It has only letters and digits and starts with a letter: without quotes, nats-server reads
 * `12e34` as a number.
 */
export const createPassword = () => `p${randomBytes(24).toString('hex')}`;
