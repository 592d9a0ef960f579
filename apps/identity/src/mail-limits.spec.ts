import { requestSignUp } from '@cordee/contracts/identity/account';
import { cancelInvitation, inviteMember, resendInvitation } from '@cordee/contracts/identity/invitation';
import { requestPasswordReset } from '@cordee/contracts/identity/password';
import type { DomainError } from '@cordee/contracts/domain-error';
import type { Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, password, type Person } from '../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start({ MAILS_PER_NETWORK: '20' });
  fixture.service.freezeClock();
});
afterAll(() => fixture.service.stop());

let networkCount = 0;
/** An address in a network that no other test uses. */
const newAddress = (): string => `2001:db8:1:${(networkCount += 1).toString(16)}::1`;
let recipientCount = 0;
const newRecipient = (): string => `recipient-${(recipientCount += 1)}@example.ch`;
const advanceMinutes = (minutes: number): void =>
  fixture.service.moveClockTo(new Date(fixture.service.process.clock.now().getTime() + minutes * 60_000).toISOString());
/** Sends calls at the same time, and counts the codes of the answers. */
async function countCodes(count: number, call: (index: number) => Promise<string>): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  for (const code of await Promise.all(Array.from({ length: count }, (_, index) => call(index))))
    codes[code] = (codes[code] ?? 0) + 1;
  return codes;
}

describe('sign-up mails', () => {
  const signUp = (email: string, callerAddress = newAddress()): Promise<string> =>
    fixture.service.codeOf(requestSignUp, { email, password, name: 'You have won https://evil.example' }, 'nobody', {
      callerAddress,
      timeoutMs: 60_000,
    });
  const countSignUpMails = async (email: string): Promise<number> =>
    (await fixture.service.rows(`select from sign_up where lower(email) = lower($1)`, [email])).length;

  it('to one address are limited to three, although 60 networks request one, and all get the same answer', async () => {
    const email = newRecipient();
    const codes = await countCodes(60, (index) => signUp(index % 2 ? email : email.toUpperCase()));
    expect(codes).toEqual({ ok: 60 });
    expect(await countSignUpMails(email)).toBe(3);
    advanceMinutes(20);
    await signUp(email);
    await signUp(email);
    expect(await countSignUpMails(email)).toBe(4);
  });

  it('to the address of an account are limited too', async () => {
    const { email } = await fixture.signUp();
    expect(await countCodes(20, () => signUp(email))).toEqual({ ok: 20 });
    expect(await countSignUpMails(email)).toBe(3);
  });

  it('of one network are limited, and other networks do not wait', async () => {
    const network = newAddress();
    for (let count = 0; count < 20; count += 1) expect(await signUp(newRecipient(), network)).toBe('ok');
    const rejection = await fixture.service
      .call(requestSignUp, { email: newRecipient(), password, name: 'Anna' }, 'nobody', { callerAddress: network })
      .catch((error: DomainError) => error);
    expect(rejection).toMatchObject({ code: 'SIGN_UP_REQUEST_LIMITED', status: 429, retryAfter: 60 });
    expect(await signUp(newRecipient())).toBe('ok');
    advanceMinutes(1);
    expect(await signUp(newRecipient(), network)).toBe('ok');
  });

  it('of one network are limited when they are requested at the same time', async () => {
    const network = newAddress();
    expect(await countCodes(40, () => signUp(newRecipient(), network))).toEqual({
      ok: 20,
      SIGN_UP_REQUEST_LIMITED: 20,
    });
  });
});

describe('mails for a new password', () => {
  it('of one network are limited when they are requested at the same time', async () => {
    const network = newAddress();
    const request = () =>
      fixture.service.codeOf(requestPasswordReset, { email: newRecipient() }, 'nobody', { callerAddress: network });
    expect(await countCodes(40, request)).toEqual({ ok: 10, PASSWORD_RESET_LIMITED: 30 });
  });
});

describe('invitation mails', () => {
  const invite = ({ organizationId, as }: Person, email = newRecipient(), callerAddress = newAddress()) =>
    fixture.service.codeOf(inviteMember, { organizationId, email, role: 'collaborator' }, as, { callerAddress });
  const inviteAndGetId = async ({ organizationId, as }: Person, email: string): Promise<`ivt_${string}`> =>
    (await fixture.service.call(inviteMember, { organizationId, email, role: 'collaborator' }, as)).id;

  it('of one invitation are limited to five in an hour, and the answer contains the time to wait', async () => {
    const anna = await fixture.signUp();
    const { organizationId, as } = anna;
    const invitationId = await inviteAndGetId(anna, newRecipient());
    const resend = () => fixture.service.codeOf(resendInvitation, { organizationId, invitationId }, as);
    expect(await countCodes(40, resend)).toEqual({ ok: 4, INVITATION_LIMITED: 36 });
    const events = await fixture.service.eventsOf(invitationId);
    expect(events.filter(({ type }) => type === 'identity.invitation.sent')).toHaveLength(5);
    const rejection = await fixture.service
      .call(resendInvitation, { organizationId, invitationId }, as)
      .catch((error: DomainError) => error);
    expect(rejection).toMatchObject({ code: 'INVITATION_LIMITED', status: 429, retryAfter: 3_600 });
    advanceMinutes(60);
    expect(await countCodes(2, resend)).toEqual({ ok: 1, INVITATION_LIMITED: 1 });
  });

  it('stay limited when the invitation is cancelled and sent as a new one', async () => {
    const anna = await fixture.signUp();
    const { organizationId, as } = anna;
    const email = newRecipient();
    for (let count = 0; count < 5; count += 1) {
      const invitationId = await inviteAndGetId(anna, count % 2 ? email : email.toUpperCase());
      await fixture.service.call(cancelInvitation, { organizationId, invitationId }, as);
    }
    expect(await invite(anna, email)).toBe('INVITATION_LIMITED');
  });

  it('to one address are limited for all organizations together', async () => {
    const email = newRecipient();
    const inviters = await Promise.all(Array.from({ length: 21 }, () => fixture.signUp()));
    expect(await countCodes(21, (index) => invite(inviters[index]!, email))).toEqual({ ok: 20, INVITATION_LIMITED: 1 });
  });

  it('of one sender are limited, and another sender of the organization does not wait', async () => {
    const anna = await fixture.signUp();
    const ben = await fixture.join(anna, 'administrator');
    const { organizationId } = anna;
    // Anna has already sent one mail: the invitation of Ben.
    expect(await countCodes(100, () => invite(anna))).toEqual({ ok: 99, INVITATION_LIMITED: 1 });
    expect(await invite({ ...ben, organizationId })).toBe('ok');
  });

  it('of one organization are limited for all senders together', async () => {
    const anna = await fixture.signUp();
    const senders: Person[] = [anna];
    for (let count = 0; count < 2; count += 1) {
      const administrator = await fixture.join(anna, 'administrator');
      senders.push({ ...administrator, organizationId: anna.organizationId });
    }
    const codes = await countCodes(210, (index) => invite(senders[index % senders.length]!));
    // The two administrators were invited too.
    expect(codes).toEqual({ ok: 198, INVITATION_LIMITED: 12 });
  });

  it('of one network are limited', async () => {
    const anna = await fixture.signUp();
    const network = newAddress();
    const send = (as: Caller) =>
      fixture.service.codeOf(
        inviteMember,
        { organizationId: anna.organizationId, email: newRecipient(), role: 'collaborator' },
        as,
        { callerAddress: network },
      );
    expect(await countCodes(25, () => send(anna.as))).toEqual({ ok: 20, INVITATION_LIMITED: 5 });
  });
});
