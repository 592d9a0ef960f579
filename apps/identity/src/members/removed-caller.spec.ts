import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inviteMember, resendInvitation } from '@cordee/contracts/identity/invitation';
import { changeMember, removeMember } from '@cordee/contracts/identity/member';
import { uuid } from '@cordee/testing/test-service';
import { waitFor } from '@cordee/testing/wait-for';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

/** Resolves when `count` transactions of the service wait for a lock. */
const waitForBlocked = (count: number): Promise<unknown> =>
  waitFor(async () => {
    const rows = await fixture.service.rows(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length === count;
  }, `${count} waiting transactions`);

describe('a caller who is removed while their request waits for a lock gets ORGANIZATION_NOT_FOUND:', () => {
  const setUp = async () => {
    const chief = await fixture.signUp();
    const caller = await fixture.join(chief, 'administrator');
    const other = await fixture.join(chief, 'collaborator');
    const { organizationId } = chief;
    const remove = () => fixture.service.codeOf(removeMember, { organizationId, memberId: caller.memberId }, chief.as);
    return { chief, caller, other, organizationId, remove };
  };

  it.each(['change', 'remove'])('the request to %s a member has no effect', async (operation) => {
    const { caller, other, organizationId, remove } = await setUp();
    const { database } = fixture.service;
    await database.query('begin');
    await database.query('select from organization where organization_id = $1 for update', [uuid(organizationId)]);
    const removalCode = remove();
    await waitForBlocked(1);
    const { memberId } = other;
    const callerCode =
      operation === 'change'
        ? fixture.service.codeOf(changeMember, { organizationId, memberId, isBlocked: true }, caller.as)
        : fixture.service.codeOf(removeMember, { organizationId, memberId }, caller.as);
    await waitForBlocked(2);
    await database.query('commit');
    expect([await removalCode, await callerCode]).toEqual(['ok', 'ORGANIZATION_NOT_FOUND']);
    expect(await fixture.service.rows('select is_blocked from member where id = $1', [uuid(memberId)])).toEqual([
      { is_blocked: false },
    ]);
  });

  it('the request to resend an invitation sends nothing', async () => {
    const { chief, caller, organizationId, remove } = await setUp();
    const { id: invitationId } = await fixture.service.call(
      inviteMember,
      { organizationId, email: 'dora@example.ch', role: 'collaborator' },
      chief.as,
    );
    const { database } = fixture.service;
    await database.query('begin');
    await database.query('select from invitation where id = $1 for update', [uuid(invitationId)]);
    const callerCode = fixture.service.codeOf(resendInvitation, { organizationId, invitationId }, caller.as);
    await waitForBlocked(1);
    expect(await remove()).toBe('ok');
    await database.query('commit');
    expect(await callerCode).toBe('ORGANIZATION_NOT_FOUND');
    expect(
      await fixture.service.rows('select invited_by::text from invitation where id = $1', [uuid(invitationId)]),
    ).toEqual([{ invited_by: uuid(chief.accountId) }]);
  });
});
