// Serves a query with the Nest transport of Cordée, without authentication and without a database. For comparison it
// serves the same query with the bus alone.
import 'reflect-metadata';
import { BusServer } from '@cordee/messaging/bus-server';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { Handles } from '@cordee/service/handler-decorators';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { handleRequests } from '../harness/handle-requests.mjs';
import { repeatText, SOURCE } from './bench-contracts.mjs';

let app;
let bus;
handleRequests({
  async start({ busSubject }) {
    bus = await NatsBus.connect({ url: process.env.NATS_URL, service: SOURCE });
    await bus.serve(busSubject, SOURCE, async ({ data }) => data);
    app = await NestFactory.createMicroservice(TextModule, {
      strategy: new BusServer(
        SOURCE,
        await NatsBus.connect({ url: process.env.NATS_URL, service: SOURCE }),
        noPipeline,
      ),
      logger: false,
      abortOnError: false,
    });
    await app.listen();
  },
  async stop() {
    await app?.close();
    await bus?.close();
  },
});

/** Runs the handler at once. */
const noPipeline = {
  authorize: async (contract) => ({ contract }),
  execute: async (_call, _input, run) => ({ output: await run({}) }),
  logError: (error) => console.error(error),
};

class TextQueries {
  async repeatText(input) {
    return input;
  }
}
Handles(repeatText)(
  TextQueries.prototype,
  'repeatText',
  Object.getOwnPropertyDescriptor(TextQueries.prototype, 'repeatText'),
);
Controller()(TextQueries);
class TextModule {}
Module({ controllers: [TextQueries] })(TextModule);
