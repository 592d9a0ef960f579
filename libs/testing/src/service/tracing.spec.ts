import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionEnded } from '@cordee/contracts/identity/session';
import { command } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { ServiceConfig } from '@cordee/service/config';
import { migration } from '@cordee/service/database/migration';
import { Consumes, Handles, type CommandContext, type ReactionContext } from '@cordee/service/handler-decorators';
import { startTracing } from '@cordee/service/start-tracing';
import { Controller, Module } from '@nestjs/common';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import * as z from 'zod';
import { TestCollector, type CollectedSpan } from '../test-collector.ts';
import { TestService } from '../test-service.ts';

const writeNote = command({
  subject: 'rpc.notebook.note.write.v1',
  access: 'service',
  callers: ['events'],
  summary: 'Write a note',
  input: z.object({ text: z.string() }),
  output: z.object({}),
  errors: { NOTE_FORBIDDEN: { status: 409, title: 'This note is forbidden' } },
  example: { input: { text: 'x' }, output: {} },
});

@Controller()
class NotebookEndpoints {
  @Handles(writeNote)
  async write({ text }: { text: string }, { em }: CommandContext): Promise<Record<string, never>> {
    await em.execute('insert into note (text) values (?)', [text]);
    return {};
  }

  @Consumes(sessionEnded)
  async note(_: CloudEvent, { em }: ReactionContext): Promise<void> {
    await em.execute('insert into note (text) values (?)', ['ended']);
  }
}

@Module({ controllers: [NotebookEndpoints] })
class NotebookModule {}

const tablesMigration = migration(
  '0001_notebook',
  `create table note (text text not null);
   grant insert on note to cordee_notebook;`,
);

/** The numbers of the kinds of spans in OTLP. */
const SERVER = 2;
const CLIENT = 3;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
let collector: TestCollector;
let stopTracing: () => Promise<void>;
let test: TestService;
let spans: CollectedSpan[];

beforeAll(async () => {
  collector = await TestCollector.start();
  stopTracing = startTracing('notebook', {
    CORDEE_VERSION: 'test',
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/otlp`,
    OTEL_TRACES_SAMPLER_ARG: 1,
  });
  test = await TestService.start({
    name: 'notebook',
    config: ServiceConfig,
    entities: [],
    migrations: [tablesMigration],
    module: NotebookModule,
  });
  await new RpcClient(test.bus, 'events').call(
    writeNote,
    { text: 'a secret text' },
    { causedBy: { requestId: 'r', traceparent: TRACEPARENT, token: undefined, language: 'en', reason: undefined } },
  );
  await test.publishEvent(
    sessionEnded,
    { sessionId: newId('ses', new Date()), accountId: newId('acc', new Date()), cause: 'signed_out' },
    { traceparent: TRACEPARENT },
  );
  await test.stop();
  await stopTracing();
  spans = collector.spans;
});
afterAll(() => collector.stop());

describe('the spans of a call', () => {
  it('go from the caller over the service to the statements, in the trace of the caller', () => {
    const spansOfTrace = spans.filter(({ traceId }) => traceId === TRACE);
    const callSpans = spansOfTrace.filter(({ name }) => name === writeNote.subject);
    const clientSpan = callSpans.find(({ kind }) => kind === CLIENT);
    const serverSpan = callSpans.find(({ kind }) => kind === SERVER);
    expect(clientSpan!.parentSpanId).toBe('b7ad6b7169203331');
    expect(serverSpan!.parentSpanId).toBe(clientSpan!.spanId);
    const insert = spansOfTrace.find(
      ({ name, parentSpanId }) => name === 'insert' && parentSpanId === serverSpan!.spanId,
    )!;
    expect(Object.fromEntries(insert.attributes.map(({ key, value }) => [key, value.stringValue]))).toMatchObject({
      'db.system.name': 'postgresql',
      'db.query.text': expect.stringContaining('insert into note'),
    });
  });

  it('contain no values', () => expect(collector.bodies.join('')).not.toContain('a secret text'));
});

it('the spans of a reaction are in the trace of the event', () => {
  const reaction = spans.find(({ name, traceId }) => name === sessionEnded.subject && traceId === TRACE)!;
  expect(reaction.parentSpanId).toBe('b7ad6b7169203331');
  expect(spans.some(({ name, parentSpanId }) => name === 'insert' && parentSpanId === reaction.spanId)).toBe(true);
});

it('a statement outside of calls, reactions and jobs has no span', () => {
  const statements = spans.filter(({ attributes }) => attributes.some(({ key }) => key === 'db.query.text'));
  expect(statements.filter(({ parentSpanId }) => !parentSpanId)).toEqual([]);
});

it('the path of the collector precedes v1/traces', () => expect([...collector.paths]).toEqual(['/otlp/v1/traces']));
