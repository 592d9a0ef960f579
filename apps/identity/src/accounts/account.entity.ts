import { accountCreated } from '@cordee/contracts/identity/account';
import { passwordChanged } from '@cordee/contracts/identity/password';
import { idColumn } from '@cordee/service/database/id-column';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Locale } from '@cordee/contracts/values';

export const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: idColumn('acc').primary(),
    email: p.string(),
    /** The address in lower case, because addresses are compared without case. */
    emailKey: p.string(),
    name: p.string(),
    locale: p.string().$type<Locale>(),
    passwordHash: p.string(),
    /** The number of passwords that the account has had. Device tokens are valid for one generation. */
    passwordGeneration: p.integer().default(1),
    /** True for a password that does not need a second factor. */
    hasLongPassword: p.boolean().default(true),
    isStaff: p.boolean(),
    createdAt: p.datetime(),
  },
});

export class Account extends AccountSchema.class {
  changePassword(
    { hash, isLong }: { hash: string; isLong: boolean },
    cause: 'changed' | 'reset',
    now: Date,
  ): DomainEvent<typeof passwordChanged> {
    this.passwordHash = hash;
    this.hasLongPassword = isLong;
    this.passwordGeneration += 1;
    return domainEvent(passwordChanged, { accountId: this.id, at: now.toISOString(), cause });
  }

  created(): DomainEvent<typeof accountCreated> {
    return domainEvent(accountCreated, { accountId: this.id });
  }
}
AccountSchema.setClass(Account);

export const emailKeyOf = (email: string): string => email.toLowerCase();
