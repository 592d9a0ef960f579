import type { LoggerService } from '@nestjs/common';
import { describeError } from './describe-error.ts';
import { pino, type Logger } from 'pino';

/** Logs one JSON line per entry, with the id and the version of the process. Never log secrets or contents of mail. */
export function createLog(level: string, version: string): Logger {
  return pino({
    level,
    base: { pid: process.pid, version },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    redact: ['password', 'token', '*.password', '*.token', 'headers.authorization'],
  });
}

/** Writes Nest's messages to the same log; start-up messages have level debug. */
export function nestLog(log: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...additionalArguments: unknown[]) =>
      log[level]({ rest: additionalArguments.filter((value) => typeof value === 'string') }, String(message));
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('error'),
  };
}
