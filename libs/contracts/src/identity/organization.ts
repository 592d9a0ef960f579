import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { Country, Currency, Instant, Locale, Name, TimeZone, page, pageErrors, pageInput } from '../values.ts';
import { lastLegalRepresentativeErrors, MemberRole } from './member.ts';

const organizationId = idSchema('org');
const exampleId = 'org_01je5nryg0fgz9y05x3mqpmjrg';

export const LegalForm = z.enum(['person', 'company', 'public_body']);

export const Organization = z
  .object({
    id: organizationId,
    name: Name,
    legalForm: LegalForm,
    country: Country,
    locale: Locale,
    timeZone: TimeZone,
    currency: Currency,
    createdAt: Instant,
    isSecondFactorRequired: z
      .boolean()
      .describe('True when people without a second factor have no rights in the organization'),
    version: z.int().describe('Increases with each change'),
  })
  .meta({ id: 'Organization', description: 'The customer space that owns products, teams, invoices' });

export const OwnOrganization = z
  .object({
    organization: Organization,
    role: MemberRole,
    lacksSecondFactor: z
      .boolean()
      .describe(
        'True when I lack the second factor that the organization requires: I have no rights in the organization ' +
          'until I set up a second factor',
      ),
  })
  .meta({ id: 'OwnOrganization', description: 'An organization of mine, with my role' });

const example = {
  id: exampleId,
  name: 'Alpine Rescue',
  legalForm: 'company' as const,
  country: 'CH',
  locale: 'fr' as const,
  timeZone: 'Europe/Zurich',
  currency: 'CHF' as const,
  createdAt: '2026-01-31T09:00:00.000Z',
  isSecondFactorRequired: false,
  version: 1,
};
const { isSecondFactorRequired: _, version: __, ...exampleForServices } = example;

export const createOrganization = command({
  subject: 'rpc.identity.organization.create.v1',
  http: { method: 'POST', path: '/v1/organizations', status: 201 },
  access: 'account',
  summary: 'Create another organization',
  description:
    'The caller becomes the legal representative of the organization. A person can found 100 organizations, and 20 ' +
    'within 24 hours, unless the installation has other limits.',
  input: z.object({
    name: Name,
    legalForm: LegalForm.default('company'),
    country: Country.default('CH'),
    locale: Locale.default('en'),
    timeZone: TimeZone.default('Europe/Zurich'),
    currency: Currency.default('CHF'),
  }),
  output: Organization,
  errors: {
    ORGANIZATION_LIMIT: { status: 409, title: 'You have founded the maximum number of organizations' },
    NEW_ORGANIZATIONS_LIMITED: { status: 429, title: 'You have founded many organizations today; please wait' },
  },
  example: { input: { name: 'Alpine Rescue', locale: 'fr' }, output: example },
});

export const getOrganization = query({
  subject: 'rpc.identity.organization.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId' },
  access: 'organization:read',
  summary: 'Get an organization; the ETag is for If-Match',
  input: z.object({ organizationId }),
  output: Organization,
  errors: {},
  example: { input: { organizationId: exampleId }, output: example },
});

export const listMyOrganizations = query({
  subject: 'rpc.identity.organization.list_own.v1',
  http: { method: 'GET', path: '/v1/me/organizations' },
  access: 'account',
  callers: ['products'],
  summary: 'List my organizations, with my role in each organization',
  input: z.object(pageInput),
  output: page(OwnOrganization),
  errors: pageErrors,
  example: {
    input: {},
    output: {
      data: [{ organization: example, role: 'legal_representative', lacksSecondFactor: false }],
      nextCursor: null,
    },
  },
});

export const changeOrganization = command({
  subject: 'rpc.identity.organization.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId' },
  access: 'organization:manage',
  requiresRecentSignIn: true,
  summary: 'Change the settings of an organization',
  description:
    'When the organization requires a second factor, people without a second factor lose their rights in the ' +
    'organization immediately, until they set up a second factor. They can still sign in. The caller and at least ' +
    'one legal representative must have a second factor.',
  input: z.object({ organizationId, isSecondFactorRequired: z.boolean().optional(), ifMatch }),
  output: Organization,
  errors: {
    ...lastLegalRepresentativeErrors,
    SECOND_FACTOR_MISSING: { status: 409, title: 'You have no second factor and would lock yourself out' },
  },
  example: {
    input: { organizationId: exampleId, isSecondFactorRequired: true },
    output: { ...example, isSecondFactorRequired: true, version: 2 },
  },
});

/** Other services use the output in messages and invoices. */
export const describeOrganization = query({
  subject: 'rpc.identity.organization.describe.v1',
  access: 'service',
  callers: ['products', 'billing', 'reminders', 'search'],
  summary: 'Get an organization, for other services',
  input: z.object({ organizationId }),
  output: Organization.omit({ isSecondFactorRequired: true, version: true }),
  errors: {},
  example: { input: { organizationId: exampleId }, output: exampleForServices },
});

export const organizationCreated = event({
  subject: 'evt.identity.organization.created.v1',
  summary: 'An organization was created',
  entity: 'organizationId',
  data: z.object({ organizationId, accountId: idSchema('acc') }),
  invalidatesAccess: 'people',
  example: { organizationId: exampleId, accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg' },
});

export const secondFactorRequirementChanged = event({
  subject: 'evt.identity.organization.second_factor_requirement_changed.v1',
  summary:
    'An organization started or stopped requiring a second factor: people without it lose or regain their rights',
  entity: 'organizationId',
  data: z.object({ organizationId, isSecondFactorRequired: z.boolean() }),
  invalidatesAccess: 'people',
  example: { organizationId: exampleId, isSecondFactorRequired: true },
});
