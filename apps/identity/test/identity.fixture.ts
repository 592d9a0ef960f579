import { confirmSignUp, getSignUpMail, requestSignUp } from '@cordee/contracts/identity/account';
import type { Answer } from '@cordee/contracts/contract';
import { toId } from '@cordee/contracts/id';
import { acceptInvitation, getInvitationMail, inviteMember } from '@cordee/contracts/identity/invitation';
import type { MemberRole } from '@cordee/contracts/identity/member';
import { confirmSecondFactor, startSecondFactor } from '@cordee/contracts/identity/second-factor';
import { TestService, type Caller } from '@cordee/testing/test-service';
import type * as z from 'zod';
import { identityService } from '../src/identity.service.ts';
import { hashCost } from '../src/passwords/hash-cost.ts';
import { codeAt, stepAt } from '../src/second-factors/totp.ts';

const SECRET = 'a secret of the test installation, long enough';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const fullHashCost = { ...hashCost };
const lowHashCost = { memory: 64, passes: 1 };
export const password = 'correct horse battery staple';

export interface Person {
  accountId: `acc_${string}`;
  /** The organization that the sign-up created. */
  organizationId: `org_${string}`;
  email: string;
  name: string;
  as: Caller;
}
/** A person who has joined another organization. `organizationId` is still the organization of the sign-up. */
export interface JoinedPerson extends Person {
  /** The id in the joined organization. */
  memberId: `mem_${string}`;
}

/** The identity service with people who sign up, join organizations and use authenticators. */
export class IdentityFixture {
  private personCount = 0;

  private constructor(readonly service: TestService) {}

  /** Hashes of passwords have a low cost, unless a test measures something that depends on their duration. */
  static async start(
    environment: Record<string, string> = {},
    { hasFullHashCost = false } = {},
  ): Promise<IdentityFixture> {
    Object.assign(hashCost, hasFullHashCost ? fullHashCost : lowHashCost);
    // A suite may create an organization per test.
    const limits = { ORGANIZATIONS_PER_FOUNDER: '1000', NEW_ORGANIZATIONS_PER_DAY: '1000' };
    return new IdentityFixture(
      await TestService.start(identityService, { IDENTITY_SECRET: SECRET, ...limits, ...environment }),
    );
  }

  async signUp(name = 'Anna Keller', email = `person-${(this.personCount += 1)}@example.ch`): Promise<Person> {
    const { token } = await this.requestSignUp(email, name);
    const ids = await this.service.call(confirmSignUp, { token: token!, password }, 'nobody');
    return { ...ids, email, name, as: { account: ids.accountId } };
  }

  /** Requests an account and returns the content of the confirmation mail. */
  async requestSignUp(
    email: string,
    name = 'Anna Keller',
    chosenPassword = password,
  ): Promise<Answer<typeof getSignUpMail>> {
    await this.service.call(requestSignUp, { email, password: chosenPassword, name }, 'nobody');
    const [row] = await this.service.rows(
      `select id from sign_up where email = $1 order by created_at desc, id desc limit 1`,
      [email],
    );
    return this.service.call(getSignUpMail, { signUpId: toId('sgn', row!['id'] as string) }, { service: 'reminders' });
  }

  /** Makes a person with an account join by an invitation. The invitation spells the address in capitals. */
  async join(
    manager: Pick<Person, 'organizationId' | 'as'>,
    role: z.output<typeof MemberRole>,
    existingPerson?: Person,
  ): Promise<JoinedPerson> {
    const person = existingPerson ?? (await this.signUp('Ben Rossi'));
    const { memberId } = await this.service.call(
      acceptInvitation,
      { token: await this.invite(manager, role, person.email.toUpperCase()) },
      person.as,
    );
    return { ...person, memberId };
  }

  /** Invites the owner of a mail address. Returns the token of the mail. */
  async invite(
    { organizationId, as }: Pick<Person, 'organizationId' | 'as'>,
    role: z.output<typeof MemberRole>,
    email: string,
  ): Promise<string> {
    const invitation = await this.service.call(inviteMember, { organizationId, email, role }, as);
    return (
      await this.service.call(
        getInvitationMail,
        { organizationId, invitationId: invitation.id },
        { service: 'reminders' },
      )
    ).token;
  }

  /**
   * Forgets all counted mails and wrong passwords, so that a suite can invite a person more often than the limits
   * allow.
   */
  async forgetAttempts(): Promise<void> {
    await this.service.rows('delete from attempt_count');
  }

  async setUpSecondFactor({
    as,
  }: Pick<Person, 'as'>): Promise<{ authenticator: Authenticator; recoveryCodes: string[] }> {
    const { secret } = await this.service.call(startSecondFactor, {}, as);
    const authenticator = new Authenticator(this.service, secret);
    return {
      authenticator,
      recoveryCodes: (await this.service.call(confirmSecondFactor, { code: authenticator.code() }, as)).recoveryCodes,
    };
  }
}

/** An authenticator of a person. It computes codes for the time of the service's clock. */
export class Authenticator {
  private readonly secret: Buffer;

  constructor(
    private readonly service: TestService,
    base32Secret: string,
  ) {
    const bits = Array.from(base32Secret, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
    this.secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  get secretHex(): string {
    return this.secret.toString('hex');
  }

  code(): string {
    return codeAt(this.secret, stepAt(this.service.process.clock.now()));
  }

  /** Moves the clock to the next time step, and returns the code of this step. */
  nextCode(): string {
    this.service.moveClockTo(new Date(this.service.process.clock.now().getTime() + 30_000).toISOString());
    return this.code();
  }

  /** Returns a code that is not valid at any near time step. */
  wrongCode(): string {
    const step = stepAt(this.service.process.clock.now());
    const nearCodes = new Set([-2, -1, 0, 1, 2].map((distance) => codeAt(this.secret, step + distance)));
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !nearCodes.has(code))!;
  }
}
