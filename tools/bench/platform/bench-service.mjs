import 'reflect-metadata';
import { ServiceConfig } from '@cordee/service/config';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { migration } from '@cordee/service/database/migration';
import { openTables } from '@cordee/service/database/tenant-tables';
import { ProcessContext } from '@cordee/service/process-context';
import { Consumes } from '@cordee/service/handler-decorators';
import { ServiceHost } from '@cordee/service/service-host';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { Controller, Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { itemChanged, SINK, SOURCE } from './bench-contracts.mjs';

/** The migrations of the two services, by name. */
export const benchMigrations = {
  [SOURCE]: [],
  [SINK]: [
    migration(
      '0001_effect',
      `create table effect (id text primary key, text text not null);
       ${openTables(SINK, { effect: { may: ['select', 'insert'], reason: 'benchmark' } })}`,
    ),
  ],
};

/** Returns the definition of a service that publishes events. `onStart` gets the background transactions. */
export function sourceService(onStart) {
  class SourceModule {}
  Module({ providers: [{ provide: 'bench', inject: [BackgroundTransactions], useFactory: onStart }] })(SourceModule);
  return {
    name: SOURCE,
    config: ServiceConfig,
    entities: [],
    migrations: benchMigrations[SOURCE],
    module: SourceModule,
  };
}

/** Returns the definition of a service that reacts to the events of the source with `handle`. */
export function sinkService(handle) {
  class SinkReactions {
    onItemChanged(event, context) {
      return handle(event, context);
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(SinkReactions.prototype, 'onItemChanged');
  Consumes(itemChanged)(SinkReactions.prototype, 'onItemChanged', descriptor);
  Controller()(SinkReactions);
  class SinkModule {}
  Module({ controllers: [SinkReactions] })(SinkModule);
  return {
    name: SINK,
    config: ServiceConfig,
    entities: [],
    migrations: benchMigrations[SINK],
    module: SinkModule,
    sharesReactionTransactions: true,
  };
}

/** Starts a service as in production. Returns a function that stops the service. */
export async function startService(definition, databaseUrl) {
  const { NATS_URL, REDIS_URL } = process.env;
  const verificationKeys = { keys: [verificationKeyOf(createSigningKey())] };
  const processContext = await ProcessContext.open(definition.name, {
    LOG_LEVEL: 'error',
    CORDEE_VERSION: 'test',
    NATS_URL,
    CORDEE_MODE: 'production',
    ACCESS_CACHE_MIB: 16,
    TOKEN_VERIFICATION_KEYS: verificationKeys,
  });
  const host = await ServiceHost.start(
    definition,
    {
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseUrl,
      NATS_URL,
      REDIS_URL,
      QUEUE_PREFIX: randomUUID(),
      PUBLIC_URL: 'https://portal.provider.ch',
      TOKEN_VERIFICATION_KEYS: JSON.stringify(verificationKeys),
    },
    processContext,
  );
  return async () => {
    await host.stop();
    await processContext.close();
  };
}
