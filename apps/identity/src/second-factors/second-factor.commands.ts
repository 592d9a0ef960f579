import { randomBytes } from 'node:crypto';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { memberSecondFactorChanged } from '@cordee/contracts/identity/member';
import {
  confirmSecondFactor,
  removeSecondFactor,
  replaceRecoveryCodes,
  startSecondFactor,
} from '@cordee/contracts/identity/second-factor';
import { domainEvent } from '@cordee/outbox/publish';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import { acrossAccounts } from '../across-accounts.ts';
import { Account } from '../accounts/account.entity.ts';
import type { IdentityConfig } from '../config.ts';
import { lockAccountAndOrganizations } from '../members/account-locks.ts';
import { assertLegalRepresentativeCanAct } from '../members/legal-representatives.ts';
import { recordMemberStatuses } from '../members/member-status-history.ts';
import { Secrets } from '../secrets.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { SecondFactor } from './second-factor.entity.ts';
import { base32, otpauthUri } from './totp.ts';
import { lockSecondFactor, sealSecret, useCode } from './use-code.ts';

/** The length of a SHA-1 hash, which RFC 4226 recommends. */
const SECRET_BYTES = 20;

@Controller()
export class SecondFactorCommands {
  constructor(
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(CONFIG) private readonly config: IdentityConfig,
  ) {}

  @Handles(startSecondFactor)
  async startSecondFactor(
    _: Input<typeof startSecondFactor>,
    { em, now, accountId }: CommandContext,
  ): Promise<Output<typeof startSecondFactor>> {
    const account = await em.findOne(Account, { id: accountId });
    if (!account) throw new DomainError('SIGN_IN_REQUIRED');
    const factor = await lockSecondFactor(em, accountId);
    if (factor?.isConfirmed()) throw new DomainError('SECOND_FACTOR_EXISTS');
    // Each start makes a new secret, because another person may have seen the previous secret.
    const secret = randomBytes(SECRET_BYTES);
    const sealedSecret = sealSecret(this.secrets, accountId, secret);
    if (factor) factor.restart(sealedSecret, now);
    else em.create(SecondFactor, { accountId, sealedSecret, startedAt: now, recoveryCodes: [], wrongCodes: 0 });
    return { secret: base32(secret), uri: otpauthUri(secret, this.config.SECOND_FACTOR_ISSUER, account.email) };
  }

  @Handles(confirmSecondFactor)
  async confirmSecondFactor(
    { code }: Input<typeof confirmSecondFactor>,
    context: CommandContext,
  ): Promise<Output<typeof confirmSecondFactor>> {
    const { em, now, accountId, publish } = context;
    const factor = await lockSecondFactor(em, accountId);
    if (factor?.isConfirmed()) throw new DomainError('SECOND_FACTOR_EXISTS');
    if (!factor?.isPending(now)) throw new DomainError('SECOND_FACTOR_NOT_STARTED');
    useCode(factor, code, now, this.secrets, 'SECOND_FACTOR_WRONG');
    lockAccountAndOrganizations(em, accountId, 'share');
    const recoveryCodes = newRecoveryCodes();
    await publish(factor.confirm(now, recoveryCodes));
    await publishStatusChanges(context);
    return { recoveryCodes };
  }

  @Handles(replaceRecoveryCodes)
  async replaceRecoveryCodes(
    { code }: Input<typeof replaceRecoveryCodes>,
    { em, now, accountId }: CommandContext,
  ): Promise<Output<typeof replaceRecoveryCodes>> {
    const factor = await lockSecondFactor(em, accountId);
    if (!factor?.isConfirmed()) throw new DomainError('SECOND_FACTOR_MISSING');
    useCode(factor, code, now, this.secrets, 'SECOND_FACTOR_WRONG');
    const recoveryCodes = newRecoveryCodes();
    factor.replaceRecoveryCodes(recoveryCodes);
    return { recoveryCodes };
  }

  @Handles(removeSecondFactor)
  async removeSecondFactor(
    { code }: Input<typeof removeSecondFactor>,
    context: CommandContext,
  ): Promise<Output<typeof removeSecondFactor>> {
    const { em, now, accountId, publish } = context;
    const lockedFactor = lockSecondFactor(em, accountId);
    lockAccountAndOrganizations(em, accountId, 'update');
    const [factor, account] = await Promise.all([lockedFactor, em.findOne(Account, { id: accountId })]);
    if (!factor?.isConfirmed()) throw new DomainError('SECOND_FACTOR_MISSING');
    if (!account?.hasLongPassword) throw new DomainError('PASSWORD_TOO_SHORT_WITHOUT_SECOND_FACTOR');
    useCode(factor, code, now, this.secrets, 'SECOND_FACTOR_WRONG');
    em.remove(factor);
    await em.flush();
    await acrossAccounts(em, () => assertLegalRepresentativeCanAct(em, accountId));
    await publish(factor.removed());
    await publishStatusChanges(context);
    return {};
  }
}

/** Publishes the changed status of the person in each organization that requires a second factor. */
async function publishStatusChanges({ em, now, accountId, publish }: CommandContext): Promise<void> {
  await em.flush();
  // The status of the person changes in all their organizations, in one transaction.
  const statuses = await acrossAccounts(em, () => recordMemberStatuses(em, accountId, now));
  await publish(statuses.map((status) => domainEvent(memberSecondFactorChanged, status)));
}
