import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceConfig } from '@cordee/service/config';
import { ProcessContext } from '@cordee/service/process-context';
import { ServiceHost } from '@cordee/service/service-host';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { startStreamKeeper } from '@cordee/service/start-stream-keeper';
import { OpsServer } from '@cordee/service/ops-server';
import { openBus } from '@cordee/service/open-bus';
import { StartError } from '@cordee/service/start-error';
import { describe, expect, it } from '@jest/globals';
import { serverUrl } from '../test-environment.ts';

const withPassword = (url: string, password: string): string => Object.assign(new URL(url), { password }).href;
const errorOf = (start: Promise<unknown>): Promise<unknown> =>
  start.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the start of a process fails with one line', () => {
  it('when its port is in use', async () => {
    const other = http.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const error = await errorOf(new OpsServer({ service: 'storage', version: 'test' }, {}).start('127.0.0.1', port));
    expect(error).toEqual(new StartError(`OPS_PORT: 127.0.0.1:${port} is in use`));
    other.close();
  });

  it('when NATS refuses its user', async () => {
    const url = withPassword(serverUrl('NATS_URL'), 'wrong');
    const { host, username } = new URL(url);
    const problem = `NATS at ${host} refuses the user ${username}: its password is wrong`;
    expect(await errorOf(openBus('storage', { NATS_URL: url }))).toEqual(new StartError(`NATS_URL: ${problem}`));
    expect(await errorOf(startStreamKeeper({ STREAMS_NATS_URL: url }))).toEqual(
      new StartError(`STREAMS_NATS_URL: ${problem}`),
    );
  });

  it('when PostgreSQL refuses its user', async () => {
    const url = withPassword(serverUrl('DATABASE_ADMIN_URL'), 'wrong');
    const { host, username } = new URL(url);
    const verificationKeys = { keys: [verificationKeyOf(createSigningKey())] };
    const environment = {
      CORDEE_MODE: 'test',
      DATABASE_URL: url,
      REDIS_URL: serverUrl('REDIS_URL'),
      TOKEN_VERIFICATION_KEYS: JSON.stringify(verificationKeys),
    };
    const service = { name: 'storage', config: ServiceConfig, entities: [], migrations: [], module: class {} };
    const process = await ProcessContext.open('storage', {
      LOG_LEVEL: 'error',
      CORDEE_VERSION: 'test',
      CORDEE_MODE: 'test',
      ACCESS_CACHE_MIB: 16,
      TOKEN_VERIFICATION_KEYS: verificationKeys,
    });
    expect(await errorOf(ServiceHost.start(service, environment, process))).toEqual(
      new StartError(
        `DATABASE_URL of storage: PostgreSQL at ${host}: password authentication failed for user "${username}"`,
      ),
    );
    await process.close();
  });
});
