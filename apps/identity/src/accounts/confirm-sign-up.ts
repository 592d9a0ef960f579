import type { confirmSignUp } from '@cordee/contracts/identity/account';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { CommittedRejection } from '@cordee/service/committed-rejection';
import { insertRows } from '@cordee/service/database/insert-rows';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { openOrganization } from '../organizations/open-organization.ts';
import {
  countAttempts,
  lockAttempts,
  nextAttemptOf,
  retryAfterOf,
  type CountedKey,
} from '@cordee/service/attempt-limits/attempt-counts';
import { wrongPasswordLimit } from '../password-attempts/wrong-password-limits.ts';
import { countedKeysOfNetwork } from '../password-attempts/password-guesses.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { Secrets } from '../secrets.ts';
import { Account, emailKeyOf } from './account.entity.ts';
import { SignUp } from './sign-up.entity.ts';

/** The purpose with which `Secrets.makeToken` makes the token of a confirmation link. */
export const SIGN_UP_TOKEN_PURPOSE = 'sign-up';

/** A confirmation whose password was checked before the transaction. */
interface CheckedConfirmation {
  signUpId: `sgn_${string}`;
  emailKey: string;
  /** The keys under which a wrong password is counted: of the sign-up, and of the caller's network. */
  countedKeys: readonly CountedKey[];
  isPasswordCorrect: boolean;
}

/** Checks the password of a confirmation. Rejects an invalid link, and an attempt that must wait, before the check. */
export async function checkConfirmation(
  { call, now, read }: PreparationContext,
  { token, password }: Input<typeof confirmSignUp>,
  { passwords, secrets }: { passwords: Passwords; secrets: Secrets },
): Promise<CheckedConfirmation> {
  const signUpId = secrets.readToken(SIGN_UP_TOKEN_PURPOSE, ['sgn'], token)?.ids[0];
  if (!signUpId) throw new DomainError('SIGN_UP_TOKEN_INVALID');
  const countedKeys = [
    { key: secrets.hash('password guesses of sign-up', signUpId), limit: wrongPasswordLimit },
    ...countedKeysOfNetwork(secrets, call.callerAddress),
  ];
  const [signUp, nextAttemptAt] = await read((em) =>
    Promise.all([em.findOne(SignUp, { id: signUpId }), nextAttemptOf(em, countedKeys)]),
  );
  if (!signUp) throw new DomainError('SIGN_UP_TOKEN_INVALID');
  if (nextAttemptAt && now < nextAttemptAt)
    throw new DomainError('SIGN_UP_LIMITED', { retryAfter: retryAfterOf(nextAttemptAt, now) });
  // The hash of a sign-up never changes, so the transaction does not compare it again.
  const isPasswordCorrect = await passwords.verify(password, signUp.passwordHash, call.callerAddress);
  return { signUpId, emailKey: emailKeyOf(signUp.email), countedKeys, isPasswordCorrect };
}

/**
 * Creates the account of a sign-up, and an organization for the account. The link proves that the caller reads the
 * mails of the address. The password proves that the caller requested this sign-up: somebody else may have requested
 * another sign-up for the same address.
 */
export async function createConfirmedAccount(
  { em, now, publish }: CommandContext,
  { signUpId, emailKey, countedKeys, isPasswordCorrect }: CheckedConfirmation,
  staffEmails: readonly string[],
): Promise<Output<typeof confirmSignUp>> {
  lockAttempts(em, countedKeys);
  const [signUp, nextAttemptAt, accountCount] = await Promise.all([
    em.findOne(SignUp, { id: signUpId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
    nextAttemptOf(em, countedKeys),
    em.count(Account, { emailKey }),
  ]);
  if (!signUp) throw new DomainError('SIGN_UP_TOKEN_INVALID');
  if (nextAttemptAt && now < nextAttemptAt)
    throw new DomainError('SIGN_UP_LIMITED', { retryAfter: retryAfterOf(nextAttemptAt, now) });
  if (!isPasswordCorrect) {
    countAttempts(em, countedKeys, now);
    throw new CommittedRejection('SIGN_UP_PASSWORD_WRONG');
  }
  // A repeated confirmation returns the result of the first confirmation.
  if (signUp.accountId && signUp.organizationId)
    return { accountId: signUp.accountId, organizationId: signUp.organizationId };
  // Another sign-up for the same address may have created an account first.
  if (accountCount > 0 || signUp.hasExpired(now)) throw new DomainError('SIGN_UP_TOKEN_INVALID');

  const { email, name, locale, passwordHash, country, currency } = signUp;
  const isStaff = staffEmails.includes(emailKey);
  const account = em.create(
    Account,
    { id: newId('acc', now), email, emailKey, name, locale, passwordHash, isStaff, createdAt: now },
    { persist: false },
  );
  const organizationId = newId('org', now);
  signUp.accountId = account.id;
  signUp.organizationId = organizationId;
  setTenantContext(em, { organizationId, accountId: account.id });
  insertRows(em, [account]);
  await publish(account.created());
  await openOrganization(
    em,
    { organizationId, name, legalForm: 'person', country, locale, timeZone: 'Europe/Zurich', currency },
    account.id,
    now,
    publish,
  );
  return { accountId: account.id, organizationId };
}
