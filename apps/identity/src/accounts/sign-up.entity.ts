import { signUpRequested } from '@cordee/contracts/identity/account';
import type { Currency, Locale } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

const VALIDITY_MS = 24 * 3_600_000;

export const SignUpSchema = defineEntity({
  name: 'SignUp',
  tableName: 'sign_up',
  properties: {
    id: idColumn('sgn').primary(),
    email: p.string(),
    name: p.string(),
    locale: p.string().$type<Locale>(),
    country: p.string(),
    currency: p.string().$type<Currency>(),
    passwordHash: p.string(),
    accountId: idColumn('acc').nullable(),
    organizationId: idColumn('org').nullable(),
    createdAt: p.datetime(),
  },
});

/** A request for an account. The account is created when the person confirms the mail address. */
export class SignUp extends SignUpSchema.class {
  requested(): DomainEvent<typeof signUpRequested> {
    return domainEvent(signUpRequested, { signUpId: this.id });
  }

  hasExpired(now: Date): boolean {
    return now.getTime() >= this.createdAt.getTime() + VALIDITY_MS;
  }
}
SignUpSchema.setClass(SignUp);
