import { CONFIG } from '@cordee/service/service-host';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { AccountCommands } from './accounts/account.commands.ts';
import { AccountQueries } from './accounts/account.queries.ts';
import { AccountSchema } from './accounts/account.entity.ts';
import { SignUpSchema } from './accounts/sign-up.entity.ts';
import { ApiTokenCommands } from './api-tokens/api-token.commands.ts';
import { ApiTokenQueries } from './api-tokens/api-token.queries.ts';
import { ApiTokenSchema } from './api-tokens/api-token.entity.ts';
import { ClockCommands } from './clock/clock.commands.ts';
import { ClockQueries } from './clock/clock.queries.ts';
import { IdentityConfig } from './config.ts';
import { InvitationCommands } from './invitations/invitation.commands.ts';
import { InvitationQueries } from './invitations/invitation.queries.ts';
import { InvitationSchema } from './invitations/invitation.entity.ts';
import { MemberCommands } from './members/member.commands.ts';
import { MemberQueries } from './members/member.queries.ts';
import { MemberSchema } from './members/member.entity.ts';
import { ProductReactions } from './members/product.reactions.ts';
import { identity0001 } from './migrations/0001-identity.ts';
import { identity0002 } from './migrations/0002-service-tokens.ts';
import { identity0003 } from './migrations/0003-organization-version.ts';
import { identity0004 } from './migrations/0004-founders.ts';
import { OrganizationCommands } from './organizations/organization.commands.ts';
import { OrganizationQueries } from './organizations/organization.queries.ts';
import { OrganizationSchema } from './organizations/organization.entity.ts';
import { SecondFactorCommands } from './second-factors/second-factor.commands.ts';
import { SecondFactorQueries } from './second-factors/second-factor.queries.ts';
import { SecondFactorSchema } from './second-factors/second-factor.entity.ts';
import { expiringAttemptCounts } from '@cordee/service/attempt-limits/attempt-counts';
import { PasswordCommands } from './passwords/password.commands.ts';
import { PasswordQueries } from './passwords/password.queries.ts';
import { Passwords } from './passwords/passwords.ts';
import { Secrets } from './secrets.ts';
import { AccessTokens } from './sessions/access-tokens.ts';
import { ServiceTokenCommands } from './service-tokens/service-token.commands.ts';
import { ServiceTokenQueries } from './service-tokens/service-token.queries.ts';
import { ServiceTokenSchema } from './service-tokens/service-token.entity.ts';
import { SessionCommands } from './sessions/session.commands.ts';
import { SessionQueries } from './sessions/session.queries.ts';
import { SessionSchema } from './sessions/session.entity.ts';
import { SupportAccessCommands } from './support-access/support-access.commands.ts';
import { SupportAccessJobs } from './support-access/support-access.jobs.ts';
import { SupportAccessQueries } from './support-access/support-access.queries.ts';
import { SupportAccessSchema } from './support-access/support-access.entity.ts';

@Module({
  controllers: [
    AccountCommands,
    AccountQueries,
    ApiTokenCommands,
    ApiTokenQueries,
    ClockCommands,
    ClockQueries,
    InvitationCommands,
    InvitationQueries,
    MemberCommands,
    MemberQueries,
    OrganizationCommands,
    OrganizationQueries,
    PasswordCommands,
    PasswordQueries,
    ProductReactions,
    SecondFactorCommands,
    SecondFactorQueries,
    ServiceTokenCommands,
    ServiceTokenQueries,
    SessionCommands,
    SessionQueries,
    SupportAccessCommands,
    SupportAccessQueries,
  ],
  providers: [
    { provide: Secrets, inject: [CONFIG], useFactory: (config: IdentityConfig) => new Secrets(config.IDENTITY_SECRET) },
    {
      provide: Passwords,
      inject: [CONFIG],
      useFactory: (config: IdentityConfig) => new Passwords(config),
    },
    {
      provide: AccessTokens,
      inject: [CONFIG],
      useFactory: (config: IdentityConfig) => new AccessTokens(config.TOKEN_SIGNING_KEY),
    },
    SupportAccessJobs,
  ],
})
class IdentityModule {}

/**
 * Accounts, sessions, API tokens, service tokens, organizations, members, invitations, support accesses, and the clock.
 */
export const identityService: ServiceDefinition<typeof IdentityConfig> = {
  name: 'identity',
  config: IdentityConfig,
  entities: [
    AccountSchema,
    SignUpSchema,
    SecondFactorSchema,
    SessionSchema,
    OrganizationSchema,
    MemberSchema,
    InvitationSchema,
    SupportAccessSchema,
    ApiTokenSchema,
    ServiceTokenSchema,
  ],
  migrations: [identity0001, identity0002, identity0003, identity0004],
  expiringRows: [
    expiringAttemptCounts,
    { table: 'guess_burst', column: 'started_at', keptMs: expiringAttemptCounts.keptMs },
    // A sign-up is valid for a day; its row is kept for another day.
    { table: 'sign_up', column: 'created_at', keptMs: 2 * 86_400_000 },
    // A reset is valid for an hour.
    { table: 'password_reset', column: 'created_at', keptMs: 86_400_000 },
  ],
  module: IdentityModule,
};
