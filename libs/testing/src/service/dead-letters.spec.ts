import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { declareDeadLetterContracts } from '@cordee/contracts/dead-letter';
import { newId } from '@cordee/contracts/id';
import { sessionEnded } from '@cordee/contracts/identity/session';
import { dataSchemaOf, type CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { encode } from '@cordee/messaging/reply';
import { ServiceConfig } from '@cordee/service/config';
import { migration } from '@cordee/service/database/migration';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Module } from '@nestjs/common';
import { TestService } from '../test-service.ts';

const { listDeadLetters, replayDeadLetter, discardDeadLetter } = declareDeadLetterContracts('notebook');
const operator = { service: 'events' };

/** The accounts whose events the reaction fails to handle. */
const failingAccounts = new Set<string>();

@Controller()
class NotebookReactions {
  @Consumes(sessionEnded)
  async note(event: CloudEvent<EventData<typeof sessionEnded>>, { em, now }: ReactionContext): Promise<void> {
    await em.execute(
      `insert into note (session_id, sequence, actor_id, organization, created_at)
       values (?, ?, ?, nullif(current_setting('cordee.organization_id', true), ''), ?)`,
      [event.data.sessionId, event.sequence, event.actorid, now],
    );
    if (failingAccounts.has(event.data.accountId)) throw new Error('the ink is out');
  }
}

@Module({ controllers: [NotebookReactions] })
class NotebookModule {}

const tablesMigration = migration(
  '0001_notebook',
  `
create table note (
  id bigint generated always as identity primary key,
  session_id text not null,
  sequence int not null,
  actor_id text not null,
  organization text,
  created_at timestamptz(3) not null
);
grant select, insert on note to cordee_notebook;
`,
);

let test: TestService;
beforeAll(async () => {
  test = await TestService.start({
    name: 'notebook',
    config: ServiceConfig,
    entities: [],
    migrations: [tablesMigration],
    module: NotebookModule,
  });
});
afterAll(() => test.stop());

const eventData = () => ({
  sessionId: newId('ses', new Date()),
  accountId: newId('acc', new Date()),
  cause: 'signed_out' as const,
});
const notesOf = (sessionId: string) =>
  test.rows(`select sequence, actor_id, organization from note where session_id = $1 order by id`, [sessionId]);
const listLetters = async () => (await test.call(listDeadLetters, {}, operator)).data;

describe('an event that the reaction fails to handle', () => {
  const data = eventData();
  const organizationId = newId('org', new Date());
  let id: string;

  it('becomes a dead letter after its retries, and later events of its entity are handled', async () => {
    failingAccounts.add(data.accountId);
    await test.publishEvent(sessionEnded, data, { organizationId, actorId: 'acc_somebody' });
    await test.publishEvent(sessionEnded, { ...data, accountId: newId('acc', new Date()) });
    expect(await notesOf(data.sessionId)).toMatchObject([{ sequence: 2 }]);
    const [letter] = await listLetters();
    expect(letter).toMatchObject({
      subject: sessionEnded.subject,
      reason: 'the ink is out',
      event: { entity: `/identity/${data.sessionId}`, sequence: 1, organizationId },
    });
    id = letter!.id;
  }, 20_000);

  it('stays a dead letter when its replay fails, and the failed replay writes nothing', async () => {
    await expect(test.call(replayDeadLetter, { id }, operator)).rejects.toMatchObject({
      code: 'DEAD_LETTER_FAILED_AGAIN',
      detail: 'the ink is out',
    });
    expect(await listLetters()).toHaveLength(1);
    expect(await notesOf(data.sessionId)).toHaveLength(1);
  });

  it('is handled once by concurrent replays, with the actor and organization of the event', async () => {
    failingAccounts.clear();
    const codes = await Promise.all([1, 2, 3].map(() => test.codeOf(replayDeadLetter, { id }, operator)));
    expect(codes.toSorted()).toEqual(['DEAD_LETTER_NOT_FOUND', 'DEAD_LETTER_NOT_FOUND', 'ok']);
    expect(await listLetters()).toEqual([]);
    expect(await notesOf(data.sessionId)).toMatchObject([
      { sequence: 2 },
      { sequence: 1, actor_id: 'acc_somebody', organization: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
  });
});

describe('an event that could not be parsed', () => {
  /** Inserts copies of the dead letter that an older version of the service would have stored. */
  const insertDeadLetter = async (body: unknown, { copies } = { copies: 1 }): Promise<string[]> => {
    const rows = await test.rows(
      `insert into dead_letter (subject, body, reason, attempts, created_at)
       select $1, $2, 'data: cause is unknown', 1, '2026-01-31' from generate_series(1, $3) returning id::text`,
      [sessionEnded.subject, Buffer.from(encode(body)), copies],
    );
    return rows.map(({ id }) => String(id));
  };
  const eventOf = (data: ReturnType<typeof eventData>, sequence: number) => ({
    specversion: '1.0',
    id: newId('evt', new Date()),
    source: '/identity',
    type: 'cordee.identity.session.ended.v1',
    subject: data.sessionId,
    time: new Date().toISOString(),
    dataschema: dataSchemaOf(sessionEnded),
    datacontenttype: 'application/json',
    actorid: 'service:test',
    requestid: 'test',
    sequence,
    data,
  });

  it('is not replayed while its data is invalid or it is not an event', async () => {
    const [invalidDataId] = await insertDeadLetter({ ...eventOf(eventData(), 1), data: { cause: 'who knows' } });
    const [notAnEventId] = await insertDeadLetter('not an event');
    expect(
      await Promise.all(
        [invalidDataId, notAnEventId].map((id) => test.codeOf(replayDeadLetter, { id: id! }, operator)),
      ),
    ).toEqual(['DEAD_LETTER_UNREADABLE', 'DEAD_LETTER_UNREADABLE']);
    expect((await listLetters()).find(({ id }) => id === notAnEventId)!.event).toBeNull();
  });

  it('is replayed by a version that can parse it, and later events are handled', async () => {
    const data = eventData();
    const [id] = await insertDeadLetter(eventOf(data, 1));
    await test.call(replayDeadLetter, { id: id! }, operator);
    await test.publishEvent(sessionEnded, data, { sequence: 2 });
    expect(await notesOf(data.sessionId)).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
  });

  it('waits for older events of its entity', async () => {
    const data = eventData();
    const [id] = await insertDeadLetter(eventOf(data, 2));
    expect(await test.codeOf(replayDeadLetter, { id: id! }, operator)).toBe('DEAD_LETTER_EARLY');
    await test.publishEvent(sessionEnded, data, { sequence: 1 });
    expect(await test.codeOf(replayDeadLetter, { id: id! }, operator)).toBe('ok');
    expect(await notesOf(data.sessionId)).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
  });

  it('is discarded with its duplicates, and later events are handled', async () => {
    const data = eventData();
    const [first, second] = await insertDeadLetter(eventOf(data, 1), { copies: 2 });
    const [notAnEventId] = await insertDeadLetter('nothing that can be parsed');
    const discard = async (id: string): Promise<string> => test.codeOf(discardDeadLetter, { id }, operator);
    expect([await discard(first!), await discard(second!)]).toEqual(['ok', 'DEAD_LETTER_NOT_FOUND']);
    expect(await discard(notAnEventId!)).toBe('ok');
    await test.publishEvent(sessionEnded, data, { sequence: 2 });
    expect(await notesOf(data.sessionId)).toMatchObject([{ sequence: 2 }]);
  });

  it.each([
    ['in the id', { id: 'evt_\0' }],
    ['in the entity', { subject: 'ses_\0' }],
    ['in the request id', { requestid: '\0' }],
    ['in the name of a wrong field', { data: { ...eventData(), cause: '\0' } }],
  ])('an event with U+0000 %s becomes a dead letter', async (_, change) => {
    const before = await listLetters();
    await test.bus.publishEvent(
      sessionEnded.subject,
      newId('evt', new Date()),
      encode({ ...eventOf(eventData(), 1), ...change }),
    );
    await test.until(async () => (await listLetters()).length > before.length, 'the dead letter');
  });

  it('is handled once when a crash stored it twice', async () => {
    const data = eventData();
    const [first, second] = await insertDeadLetter(eventOf(data, 1), { copies: 2 });
    expect(await test.codeOf(replayDeadLetter, { id: first! }, operator)).toBe('ok');
    expect(await test.codeOf(replayDeadLetter, { id: second! }, operator)).toBe('DEAD_LETTER_NOT_FOUND');
    expect(await notesOf(data.sessionId)).toHaveLength(1);
  });
});

it('dead letters are listed in pages, oldest first', async () => {
  const allLetters = await listLetters();
  expect(allLetters.length).toBeGreaterThan(1);
  const {
    data: [first],
  } = await test.call(listDeadLetters, { limit: 1 }, operator);
  const { data: otherLetters } = await test.call(listDeadLetters, { after: first!.id }, operator);
  expect([first, ...otherLetters]).toEqual(allLetters);
});
