import { AllInOneConfig, MailCatcherConfig, SetUpConfig } from '@cordee/all-in-one/config';
import { BillingConfig } from '@cordee/billing/config';
import { GatewayConfig } from '@cordee/gateway/config';
import { IdentityConfig } from '@cordee/identity/config';
import { ProductsConfig } from '@cordee/products/config';
import { RemindersConfig } from '@cordee/reminders/config';
import { RenewalsConfig } from '@cordee/renewals/config';
import { SearchConfig } from '@cordee/search/config';
import { ServiceConfig } from '@cordee/service/config';
import { TeamsConfig } from '@cordee/teams/config';

/** Every process and the schema that reads its environment. */
export const environmentSections = [
  {
    title: 'Every service',
    about: 'What all of them read. A port of one machine can be taken once: give each process its own OPS_PORT there.',
    config: ServiceConfig,
  },
  { title: 'gateway', about: 'The only HTTP door.', config: GatewayConfig },
  { title: 'identity', about: 'Besides what every service reads.', config: IdentityConfig },
  { title: 'teams', about: 'Nothing besides what every service reads.', config: TeamsConfig },
  { title: 'products', about: 'Besides what every service reads.', config: ProductsConfig },
  {
    title: 'billing',
    about:
      'Besides what every service reads. The defaults are the seller of the demonstration, refused when CORDEE_MODE is production.',
    config: BillingConfig,
  },
  { title: 'renewals', about: 'SELLER_ZONE and SELLER_BANK_CALENDAR, as above.', config: RenewalsConfig },
  {
    title: 'reminders',
    about: 'Besides what every service reads; SELLER_ZONE and SELLER_BANK_CALENDAR as above.',
    config: RemindersConfig,
  },
  { title: 'search', about: 'Besides what every service reads.', config: SearchConfig },
  {
    title: 'all-in-one',
    about:
      'Every service in one process: the variables of all of them, with <SERVICE>_DATABASE_URL in place of DATABASE_URL.',
    config: AllInOneConfig,
  },
  {
    title: 'set-up',
    about: 'Creates databases and roles and runs migrations; takes <SERVICE>_DATABASE_URL too.',
    config: SetUpConfig,
  },
  {
    title: 'mail-catcher',
    about: 'For demonstrations: takes every mail and delivers none.',
    config: MailCatcherConfig,
  },
];

const services = ['identity', 'teams', 'products', 'billing', 'renewals', 'reminders', 'search'];

/** What docker-compose.yml is told besides. */
export const composeVariables = [
  {
    name: 'POSTGRES_PASSWORD',
    about:
      'Of the superuser, set when the volume is created. Letters and digits, so that it fits into addresses; so with all passwords here.',
  },
  { name: 'NATS_PASSWORD', about: 'Of the one user of the bus; begins with a letter.' },
  { name: 'VALKEY_PASSWORD', about: 'Of Valkey.' },
  {
    name: 'DATABASE_ADMIN_URL',
    about: 'For set-up alone.',
    example: 'postgres://postgres:${POSTGRES_PASSWORD}@postgres:5432/postgres',
  },
  { name: 'NATS_URL', about: 'For every service.', example: 'nats://cordee:${NATS_PASSWORD}@nats:4222' },
  { name: 'REDIS_URL', about: 'For every service.', example: 'redis://:${VALKEY_PASSWORD}@valkey:6379' },
  ...services.map((name) => ({
    name: `${name.toUpperCase()}_DATABASE_URL`,
    about: `postgres://cordee_${name}:<password>@postgres:5432/cordee_${name} with a password of your choice: set-up gives it to the role.`,
  })),
  {
    name: 'IDENTITY_SECRET',
    about: 'At least 32 random characters (openssl rand -base64 48): signing key and link tokens are derived from it.',
  },
  {
    name: 'SMTP_URL',
    about:
      'Where mails are handed in: smtp://user:password@host:587; smtp://mail-catcher:2525 with the profile "demonstration".',
  },
];
