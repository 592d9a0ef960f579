import {
  organizationCreated,
  secondFactorRequirementChanged,
  type Organization as OrganizationContract,
} from '@cordee/contracts/identity/organization';
import type { Currency, Locale } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type OrganizationView = z.output<typeof OrganizationContract>;

export const OrganizationSchema = defineEntity({
  name: 'Organization',
  tableName: 'organization',
  properties: {
    organizationId: idColumn('org').primary(),
    name: p.string(),
    legalForm: p.string().$type<OrganizationView['legalForm']>(),
    country: p.string(),
    locale: p.string().$type<Locale>(),
    timeZone: p.string(),
    currency: p.string().$type<Currency>(),
    /** Null for an organization whose founder had left before founders were stored. */
    foundedBy: idColumn('acc').nullable(),
    createdAt: p.datetime(),
    isSecondFactorRequired: p.boolean().default(false),
    version: p.integer().default(1),
  },
});

export class Organization extends OrganizationSchema.class {
  created(accountId: `acc_${string}`): DomainEvent<typeof organizationCreated> {
    return domainEvent(organizationCreated, { organizationId: this.organizationId, accountId });
  }

  /** Returns undefined when nothing changes. */
  setSecondFactorRequirement(isRequired: boolean): DomainEvent<typeof secondFactorRequirementChanged> | undefined {
    if (this.isSecondFactorRequired === isRequired) return undefined;
    this.isSecondFactorRequired = isRequired;
    this.version += 1;
    return domainEvent(secondFactorRequirementChanged, {
      organizationId: this.organizationId,
      isSecondFactorRequired: isRequired,
    });
  }

  view(): OrganizationView {
    const { organizationId, name, legalForm, country, locale, timeZone, currency, createdAt } = this;
    const { isSecondFactorRequired, version } = this;
    return {
      id: organizationId,
      name,
      legalForm,
      country,
      locale,
      timeZone,
      currency,
      createdAt: createdAt.toISOString(),
      isSecondFactorRequired,
      version,
    };
  }
}
OrganizationSchema.setClass(Organization);
