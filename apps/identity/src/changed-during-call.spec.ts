import { confirmSignUp, getRecipient, getSignUpMail } from '@cordee/contracts/identity/account';
import { createApiToken, exchangeApiToken, revokeApiToken } from '@cordee/contracts/identity/api-token';
import * as serviceTokens from '@cordee/contracts/identity/service-token';
import * as invitations from '@cordee/contracts/identity/invitation';
import { acceptRole, changeMember, removeMember } from '@cordee/contracts/identity/member';
import { confirmPasswordReset, getPasswordResetMail, requestPasswordReset } from '@cordee/contracts/identity/password';
import { createSession, endSession } from '@cordee/contracts/identity/session';
import * as support from '@cordee/contracts/identity/support-access';
import type { Contract } from '@cordee/contracts/contract';
import { newId, toId } from '@cordee/contracts/id';
import { testChangedObjects, type TestCase } from '@cordee/testing/test-changed-objects';
import { uuid, type Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { IdentityFixture, password, type Person } from '../test/identity.fixture.ts';

const STAFF_EMAIL = 'sam@provider.example';
const reminders: Caller = { service: 'reminders' };
const gateway: Caller = { service: 'gateway' };

let fixture: IdentityFixture;
/** The legal representative who changes objects during calls, an administrator who calls, and a member of staff. */
let [chief, actor, staff]: Person[] = [];
beforeAll(async () => {
  fixture = await IdentityFixture.start({ STAFF_EMAILS: STAFF_EMAIL });
  chief = await fixture.signUp();
  actor = await fixture.join(chief, 'administrator');
  staff = await fixture.signUp('Sam Support', STAFF_EMAIL);
});
afterAll(() => fixture.service.stop());

const call = <C extends Contract>(contract: C, input: object, as: Caller) =>
  fixture.service.call(contract, input as never, as);
let emailCount = 0;
const newEmail = (): string => `changed-${(emailCount += 1)}@example.ch`;

/** Prepares a call about a member of the organization, whom the legal representative removes during the call. */
const makeMemberCase = (fields: object, code: string) => async (): Promise<TestCase> => {
  await fixture.forgetAttempts();
  const { organizationId } = chief!;
  const { memberId } = await fixture.join(chief!, 'collaborator');
  return {
    input: { organizationId, memberId, ...fields },
    as: actor!.as,
    changes: {
      'the member is removed': { make: () => call(removeMember, { organizationId, memberId }, chief!.as), code },
    },
  };
};

/** Prepares a call of a person to whom the role of a legal representative is offered. */
const makeOfferedRoleCase = async (): Promise<TestCase> => {
  await fixture.forgetAttempts();
  const { organizationId } = chief!;
  const { memberId, as } = await fixture.join(chief!, 'collaborator');
  const change = (role: string) => call(changeMember, { organizationId, memberId, role }, chief!.as);
  await change('legal_representative');
  return {
    input: { organizationId, memberId },
    as,
    changes: {
      'the member is removed': {
        make: () => call(removeMember, { organizationId, memberId }, chief!.as),
        code: 'MEMBER_NOT_FOUND',
      },
      'the offer is withdrawn': { make: () => change('collaborator'), code: 'ROLE_NOT_OFFERED' },
    },
  };
};

/** Prepares a call about an invitation, by its id or by the token of its mail. */
const makeInvitationCase =
  (by: 'id' | 'token', as: () => Caller, codes: { cancelled: string; declined: string; resent: string }, fields = {}) =>
  async (): Promise<TestCase> => {
    await fixture.forgetAttempts();
    const { organizationId } = chief!;
    const email = newEmail();
    const input = { organizationId, email, role: 'collaborator' };
    const { id: invitationId } = (await call(invitations.inviteMember, input, chief!.as)) as { id: `ivt_${string}` };
    const key = { organizationId, invitationId };
    const { token } = await fixture.service.call(invitations.getInvitationMail, key, reminders);
    return {
      input: by === 'id' ? key : { token, ...fields },
      as: as(),
      changes: {
        'the invitation is cancelled': {
          make: () => call(invitations.cancelInvitation, key, chief!.as),
          code: codes.cancelled,
        },
        'the invitation is declined': {
          make: () => call(invitations.declineInvitation, { token }, 'nobody'),
          code: codes.declined,
        },
        'the invitation is sent again': {
          make: () => call(invitations.resendInvitation, key, chief!.as),
          code: codes.resent,
        },
      },
    };
  };

/** Prepares a call about a support access, which its giver revokes during the call. */
const makeSupportAccessCase =
  (as: () => Caller, code: string, input: (id: `sup_${string}`) => object = (id) => ({ supportAccessId: id })) =>
  async (): Promise<TestCase> => {
    const { organizationId } = chief!;
    const grantInput = { organizationId, level: 'read', productIds: null, hours: 1, reason: 'The site is down' };
    const { id } = (await call(support.grantSupportAccess, grantInput, actor!.as)) as { id: `sup_${string}` };
    await call(support.enterSupportAccess, { supportAccessId: id }, asStaff());
    const revokeInput = { organizationId, supportAccessId: id };
    return {
      input: input(id),
      as: as(),
      changes: {
        'the support access is revoked': {
          make: () => call(support.revokeSupportAccess, revokeInput, chief!.as),
          code,
        },
      },
    };
  };
const asStaff = (): Caller => ({ staff: staff!.accountId });
const inputInOrganization = (id: `sup_${string}`): object => ({
  organizationId: chief!.organizationId,
  supportAccessId: id,
});

/** Prepares a call about a sign-up, or about the link of its mail. */
const makeSignUpCase = (by: 'id' | 'token', code: string) => async (): Promise<TestCase> => {
  await fixture.forgetAttempts();
  const email = newEmail();
  const { token } = await fixture.requestSignUp(email);
  const [row] = await fixture.service.rows(`select id from sign_up where email = $1`, [email]);
  return {
    input: by === 'id' ? { signUpId: toId('sgn', row!['id'] as string) } : { token, password },
    as: by === 'id' ? reminders : 'nobody',
    changes: {
      'the sign-up is deleted': {
        make: () => fixture.service.rows(`delete from sign_up where email = $1`, [email]),
        code,
      },
    },
  };
};
/** Prepares a call about the link to choose a new password. A later link replaces it. */
const makePasswordResetCase =
  (by: 'id' | 'token', codes: { replaced: string; used: string }) => async (): Promise<TestCase> => {
    await fixture.forgetAttempts();
    const { email } = await fixture.signUp();
    const request = (): Promise<unknown> => call(requestPasswordReset, { email }, 'nobody');
    await request();
    const events = (await fixture.service.outbox()).filter(({ type }) => type === 'identity.password_reset.requested');
    const passwordResetId = events.at(-1)!.data['passwordResetId'] as `pwr_${string}`;
    const { token } = await fixture.service.call(getPasswordResetMail, { passwordResetId }, reminders);
    const confirmationInput = { token, password: 'a new rope for the north face' };
    return {
      input: by === 'id' ? { passwordResetId } : confirmationInput,
      as: by === 'id' ? reminders : 'nobody',
      changes: {
        'another link is requested': { make: request, code: codes.replaced },
        'the link is used': { make: () => call(confirmPasswordReset, confirmationInput, 'nobody'), code: codes.used },
      },
    };
  };

/** Prepares a call about an API token, which its owner revokes during the call. */
const makeApiTokenCase = (by: 'id' | 'token', code: string) => async (): Promise<TestCase> => {
  const input = {
    organizationId: chief!.organizationId,
    name: 'Backup',
    scopes: ['organization:read'],
    expiresInDays: 1,
  };
  const { id: tokenId, token } = (await call(createApiToken, input, actor!.as)) as { id: string; token: string };
  return {
    input: by === 'id' ? { tokenId } : { token },
    as: by === 'id' ? actor!.as : gateway,
    changes: { 'the token is revoked': { make: () => call(revokeApiToken, { tokenId }, actor!.as), code } },
  };
};

/** Prepares a call about a service token, which staff revoke during the call. */
const makeServiceTokenCase =
  (as: () => Caller, inputOf: (tokenId: string) => object) => async (): Promise<TestCase> => {
    const input = { name: 'Warehouse', scopes: ['document:read' as const], organizationIds: null };
    const { id: tokenId } = (await call(serviceTokens.createServiceToken, input, asStaff())) as { id: string };
    const revoke = () => call(serviceTokens.revokeServiceToken, { tokenId }, asStaff());
    return { input: inputOf(tokenId), as: as(), changes: { 'the token is revoked': { make: revoke, code: 'ok' } } };
  };

/** Prepares a call whose input names a product or a team of another service, which is gone after the authorization. */
const makeOtherServiceCase =
  (part: 'grants' | 'products', input: object, code: string) => async (): Promise<TestCase> => {
    await fixture.forgetAttempts();
    const { organizationId } = chief!;
    const { stubbedSnapshots } = fixture.service;
    const stubObjects = (arePresent: boolean): void => {
      stubbedSnapshots.products.set(
        organizationId,
        arePresent ? [{ productId: PRODUCT, type: 'drive', name: 'Files', resources: [] }] : [],
      );
      const team = { teamId: TEAM, name: 'Web', parentId: null } as never;
      stubbedSnapshots.grants.set(organizationId, arePresent ? { teams: [team] } : {});
      fixture.service.snapshotChanged(part, organizationId);
    };
    stubObjects(true);
    return {
      input: { organizationId, ...input, ...('email' in input ? { email: newEmail() } : {}) },
      as: actor!.as,
      changes: { 'the object of another service is gone': { make: async () => stubObjects(false), code } },
    };
  };
const PRODUCT = newId('prd', new Date());
const TEAM = newId('team', new Date());

const testCases: [Contract, () => Promise<TestCase>][] = [
  [confirmSignUp, makeSignUpCase('token', 'SIGN_UP_TOKEN_INVALID')],
  [getSignUpMail, makeSignUpCase('id', 'SIGN_UP_NOT_FOUND')],
  [
    getRecipient,
    // No command deletes accounts yet. The test deletes the row, so the account has no rows in other tables.
    async () => {
      const accountId = newId('acc', new Date());
      await fixture.service.rows(
        `insert into account (id, email, email_key, name, locale, password_hash, created_at)
         values ($1, $2, $2, 'Anna', 'en', '', now())`,
        [uuid(accountId), newEmail()],
      );
      const make = () => fixture.service.rows(`delete from account where id = $1`, [uuid(accountId)]);
      return {
        input: { accountId },
        as: reminders,
        changes: { 'the account is deleted': { make, code: 'ACCOUNT_NOT_FOUND' } },
      };
    },
  ],
  [
    confirmPasswordReset,
    makePasswordResetCase('token', { replaced: 'PASSWORD_RESET_TOKEN_INVALID', used: 'PASSWORD_RESET_TOKEN_INVALID' }),
  ],
  [
    getPasswordResetMail,
    makePasswordResetCase('id', { replaced: 'PASSWORD_RESET_NOT_FOUND', used: 'PASSWORD_RESET_NOT_FOUND' }),
  ],
  [
    endSession,
    async () => {
      const { sessionId } = await fixture.service.call(createSession, { email: actor!.email, password }, 'nobody');
      return {
        input: { sessionId },
        as: actor!.as,
        changes: {
          'the session has ended': { make: () => call(endSession, { sessionId }, actor!.as), code: 'ok' },
          'the session is deleted': {
            make: () => fixture.service.rows(`delete from session where id = $1`, [uuid(sessionId)]),
            code: 'SESSION_NOT_FOUND',
          },
        },
      };
    },
  ],
  [exchangeApiToken, makeApiTokenCase('token', 'API_TOKEN_INVALID')],
  [revokeApiToken, makeApiTokenCase('id', 'ok')],
  [
    serviceTokens.createServiceToken,
    makeServiceTokenCase(asStaff, () => ({
      name: 'Telephony',
      scopes: ['member:read'],
      organizationIds: [chief!.organizationId],
    })),
  ],
  [serviceTokens.revokeServiceToken, makeServiceTokenCase(asStaff, (tokenId) => ({ tokenId }))],
  [serviceTokens.listServiceTokenUses, makeServiceTokenCase(asStaff, (tokenId) => ({ tokenId }))],
  [
    serviceTokens.recordServiceTokenUse,
    makeServiceTokenCase(
      () => gateway,
      (tokenId) => ({
        tokenId,
        organizationId: chief!.organizationId,
        subject: 'rpc.billing.document.list.v1',
        about: [],
      }),
    ),
  ],
  [acceptRole, makeOfferedRoleCase],
  [changeMember, makeMemberCase({ flags: ['billing.view'] }, 'MEMBER_NOT_FOUND')],
  [removeMember, makeMemberCase({}, 'MEMBER_NOT_FOUND')],
  [
    invitations.acceptInvitation,
    makeInvitationCase(
      'token',
      () => 'nobody',
      {
        cancelled: 'INVITATION_TOKEN_INVALID',
        declined: 'INVITATION_TOKEN_INVALID',
        resent: 'INVITATION_TOKEN_INVALID',
      },
      { name: 'Eva Frei', password },
    ),
  ],
  [
    invitations.declineInvitation,
    makeInvitationCase('token', () => 'nobody', {
      cancelled: 'INVITATION_TOKEN_INVALID',
      declined: 'ok',
      resent: 'INVITATION_TOKEN_INVALID',
    }),
  ],
  [
    invitations.cancelInvitation,
    makeInvitationCase('id', () => actor!.as, { cancelled: 'ok', declined: 'INVITATION_NOT_OPEN', resent: 'ok' }),
  ],
  [
    invitations.resendInvitation,
    makeInvitationCase('id', () => actor!.as, {
      cancelled: 'INVITATION_NOT_OPEN',
      declined: 'INVITATION_NOT_OPEN',
      resent: 'ok',
    }),
  ],
  [
    invitations.getInvitationMail,
    makeInvitationCase('id', () => reminders, {
      cancelled: 'INVITATION_NOT_FOUND',
      declined: 'INVITATION_NOT_FOUND',
      resent: 'ok',
    }),
  ],
  [
    invitations.inviteMember,
    makeOtherServiceCase('grants', { email: '', role: 'collaborator', teamIds: [TEAM] }, 'TEAM_NOT_FOUND'),
  ],
  [
    support.grantSupportAccess,
    makeOtherServiceCase(
      'products',
      { level: 'read', productIds: [PRODUCT], hours: 1, reason: 'The site is down' },
      'PRODUCT_NOT_FOUND',
    ),
  ],
  [support.enterSupportAccess, makeSupportAccessCase(asStaff, 'SUPPORT_ACCESS_NOT_FOUND')],
  [support.leaveSupportAccess, makeSupportAccessCase(asStaff, 'ok')],
  [support.listSupportActions, makeSupportAccessCase(() => actor!.as, 'ok', inputInOrganization)],
  [support.revokeSupportAccess, makeSupportAccessCase(() => actor!.as, 'ok', inputInOrganization)],
  [
    support.recordSupportAction,
    makeSupportAccessCase(
      () => gateway,
      'ok',
      (id) => ({
        organizationId: chief!.organizationId,
        accountId: staff!.accountId,
        supportAccessIds: [id],
        subject: 'rpc.products.product.get.v1',
        about: [],
      }),
    ),
  ],
];

testChangedObjects('identity', () => fixture.service, testCases);
