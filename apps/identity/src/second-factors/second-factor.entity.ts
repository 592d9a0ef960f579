import { secondFactorRemoved, secondFactorSetUp } from '@cordee/contracts/identity/second-factor';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { hashOfRecoveryCode, recoveryCodeOf } from './recovery-codes.ts';
import { digitsOf, stepOf } from './totp.ts';
import { addWrongCode, nextAttemptAt } from './wrong-codes.ts';

/** A new secret must be confirmed within this time. */
const PENDING_MS = 3_600_000;

export const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    accountId: idColumn('acc').primary(),
    /** Encrypted with a key that is derived from the root secret. */
    sealedSecret: p.blob(),
    startedAt: p.datetime(),
    /** Null until the person confirms the secret. Before the confirmation, the second factor is not active. */
    confirmedAt: p.datetime().nullable(),
    /** The newest time step whose code was used. Only codes of later steps are accepted. */
    lastStep: p.integer().nullable(),
    /** Hashes of the unused codes. */
    recoveryCodes: p.array(),
    /** The number of consecutive wrong codes. */
    wrongCodes: p.integer(),
    lastWrongAt: p.datetime().nullable(),
  },
});

/** After too many wrong codes, no code of an authenticator is checked before `waitUntil`. */
export type CodeResult = 'right' | 'wrong' | { waitUntil: Date };

/** Proof besides the password: codes of an authenticator, or recovery codes. */
export class SecondFactor extends SecondFactorSchema.class {
  isConfirmed(): boolean {
    return this.confirmedAt != null;
  }

  isPending(now: Date): boolean {
    return !this.isConfirmed() && now.getTime() < this.startedAt.getTime() + PENDING_MS;
  }

  /** Replaces a secret that was never confirmed. */
  restart(sealedSecret: Buffer, now: Date): void {
    Object.assign(this, { sealedSecret, startedAt: now, lastStep: null, wrongCodes: 0, lastWrongAt: null });
  }

  confirm(now: Date, recoveryCodes: readonly string[]): DomainEvent<typeof secondFactorSetUp> {
    this.confirmedAt = now;
    this.replaceRecoveryCodes(recoveryCodes);
    return domainEvent(secondFactorSetUp, { accountId: this.accountId });
  }

  replaceRecoveryCodes(codes: readonly string[]): void {
    this.recoveryCodes = codes.map((code) => hashOfRecoveryCode(this.accountId, recoveryCodeOf(code)!));
  }

  removed(): DomainEvent<typeof secondFactorRemoved> {
    return domainEvent(secondFactorRemoved, { accountId: this.accountId });
  }

  /**
   * Accepts a code once. The caller locks the row. A valid recovery code is never delayed: nobody can guess the code,
   * and the person can sign in with the code while an attacker tries others. `secret` is undefined when it cannot be
   * decrypted: then only a recovery code is valid.
   */
  useCode(code: string, now: Date, secret: Buffer | undefined): CodeResult {
    const waitUntil = nextAttemptAt(this.consecutiveWrongCodes());
    if (this.useRecoveryCode(code)) return this.acceptCode();
    if (waitUntil && now < waitUntil) return { waitUntil };
    const digits = digitsOf(code);
    const step = secret && digits ? stepOf(secret, digits, now, this.lastStep ?? null) : undefined;
    if (step === undefined) {
      const { count, lastAt } = addWrongCode(this.consecutiveWrongCodes(), now);
      [this.wrongCodes, this.lastWrongAt] = [count, lastAt];
      return 'wrong';
    }
    this.lastStep = step;
    return this.acceptCode();
  }

  private useRecoveryCode(code: string): boolean {
    const recoveryCode = recoveryCodeOf(code);
    const hash = recoveryCode && hashOfRecoveryCode(this.accountId, recoveryCode);
    if (!hash || !this.recoveryCodes.includes(hash)) return false;
    this.recoveryCodes = this.recoveryCodes.filter((other) => other !== hash);
    return true;
  }

  /** Resets the count of wrong codes. */
  private acceptCode(): CodeResult {
    [this.wrongCodes, this.lastWrongAt] = [0, null];
    return 'right';
  }

  private consecutiveWrongCodes(): { count: number; lastAt: Date | null } {
    return { count: this.wrongCodes, lastAt: this.lastWrongAt ?? null };
  }
}
SecondFactorSchema.setClass(SecondFactor);
