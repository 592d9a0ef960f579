import { secondFactorRemoved, secondFactorSetUp } from '@cordee/contracts/identity/second-factor';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { hashOfRecoveryCode, recoveryCodeOf } from './recovery-codes.ts';
import { digitsOf, stepOf } from './totp.ts';
import { nextTryAt, withAnother } from './wrong-codes.ts';

/** A secret that was shown can be confirmed for this long. */
const PENDING_MS = 3_600_000;

export const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    accountId: idColumn('acc').primary(),
    /** Encrypted under a key of the installation. */
    sealedSecret: p.blob(),
    startedAt: p.datetime(),
    /** Null: it has been shown, and nothing is in effect. */
    confirmedAt: p.datetime().nullable(),
    /** The newest time step whose code was taken: none is taken twice. */
    lastStep: p.integer().nullable(),
    /** Hashes of those that are not used yet. */
    recoveryCodes: p.array(),
    wrongCodes: p.integer(),
    lastWrongAt: p.datetime().nullable(),
  },
});

/** Taken, wrong, or not looked at before an instant, because too many were wrong. */
export type Verdict = 'right' | 'wrong' | { waitUntil: Date };

/** What a person proves besides their password: codes of their authenticator, or one of their recovery codes. */
export class SecondFactor extends SecondFactorSchema.class {
  isConfirmed(): boolean {
    return this.confirmedAt != null;
  }

  /** Whether the secret that was shown can be confirmed. */
  isPending(now: Date): boolean {
    return !this.isConfirmed() && now.getTime() < this.startedAt.getTime() + PENDING_MS;
  }

  /** A new secret in place of one that was never confirmed. */
  startAnew(sealedSecret: Buffer, now: Date): void {
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

  /** Takes a code, each once. Call it with the row locked. A right recovery code is never made to wait: nobody guesses one, and it is how the person gets in while somebody else tries codes. */
  take(code: string, now: Date, secret: Buffer | undefined): Verdict {
    const waitUntil = nextTryAt(this.tries());
    if (this.takesRecoveryCode(code)) return this.forgetWrongCodes();
    if (waitUntil && now < waitUntil) return { waitUntil };
    const digits = digitsOf(code);
    const step = secret && digits ? stepOf(secret, digits, now, this.lastStep ?? null) : undefined;
    if (step === undefined) {
      const { count, lastAt } = withAnother(this.tries(), now);
      [this.wrongCodes, this.lastWrongAt] = [count, lastAt];
      return 'wrong';
    }
    this.lastStep = step;
    return this.forgetWrongCodes();
  }

  private takesRecoveryCode(code: string): boolean {
    const typed = recoveryCodeOf(code);
    const hash = typed && hashOfRecoveryCode(this.accountId, typed);
    if (!hash || !this.recoveryCodes.includes(hash)) return false;
    this.recoveryCodes = this.recoveryCodes.filter((other) => other !== hash);
    return true;
  }

  private forgetWrongCodes(): Verdict {
    [this.wrongCodes, this.lastWrongAt] = [0, null];
    return 'right';
  }

  private tries(): { count: number; lastAt: Date | null } {
    return { count: this.wrongCodes, lastAt: this.lastWrongAt ?? null };
  }
}
SecondFactorSchema.setClass(SecondFactor);
