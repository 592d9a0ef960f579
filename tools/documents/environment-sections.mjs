import { AllInOneConfig, MailCatcherConfig, SetUpConfig } from '@cordee/all-in-one/config';
import { BillingConfig } from '@cordee/billing/config';
import { GatewayConfig } from '@cordee/gateway/config';
import { IdentityConfig } from '@cordee/identity/config';
import { ProductsConfig } from '@cordee/products/config';
import { RemindersConfig } from '@cordee/reminders/config';
import { RenewalsConfig } from '@cordee/renewals/config';
import { SearchConfig } from '@cordee/search/config';
import { serviceNames } from '@cordee/contracts/contract';
import { ServiceConfig } from '@cordee/service/config';
import { TeamsConfig } from '@cordee/teams/config';
import { natsPasswordVariable } from './broker-users.mjs';

/** The sections of `.env.example`: all processes with the schemas of their variables. */
export const environmentSections = [
  {
    title: 'Every service',
    about: 'Variables of every service. Processes on one machine need different values of OPS_PORT.',
    config: ServiceConfig,
  },
  { title: 'gateway', about: 'The HTTP server of the API.', config: GatewayConfig },
  { title: 'identity', about: 'In addition to the variables of every service.', config: IdentityConfig },
  { title: 'teams', about: 'Only the variables of every service.', config: TeamsConfig },
  { title: 'products', about: 'In addition to the variables of every service.', config: ProductsConfig },
  {
    title: 'billing',
    about:
      'In addition to the variables of every service. Invoices and QR bills show the seller; ' +
      'CORDEE_MODE=production rejects the seller of the demonstration.',
    config: BillingConfig,
  },
  {
    title: 'renewals',
    about: 'SELLER_ZONE and SELLER_BANK_CALENDAR are described under billing.',
    config: RenewalsConfig,
  },
  {
    title: 'reminders',
    about:
      'In addition to the variables of every service. ' +
      'SELLER_ZONE and SELLER_BANK_CALENDAR are described under billing.',
    config: RemindersConfig,
  },
  { title: 'search', about: 'In addition to the variables of every service.', config: SearchConfig },
  {
    title: 'all-in-one',
    about:
      'All services in one process. all-in-one reads the variables of all services, but ' +
      '<SERVICE>_DATABASE_URL instead of DATABASE_URL. NATS_URL has the user of the gateway, and ' +
      '<SERVICE>_NATS_URL has the user of each service.',
    config: AllInOneConfig,
  },
  {
    title: 'set-up',
    about: 'Creates databases and roles and runs migrations. set-up also reads <SERVICE>_DATABASE_URL.',
    config: SetUpConfig,
  },
  {
    title: 'mail-catcher',
    about: 'For demonstrations: receives every mail and delivers none.',
    config: MailCatcherConfig,
  },
];

const services = ['identity', 'teams', 'products', 'billing', 'renewals', 'reminders', 'search'];

/** The users of the broker: the services, and the tools of the operator (docs/nats-permissions.md). */
export const brokerUserNames = [...serviceNames, 'streams', 'events', 'operator'];

/** Variables that docker-compose.yml requires. */
export const composeVariables = [
  {
    name: 'POSTGRES_PASSWORD',
    about:
      'Password of the superuser of PostgreSQL, set when the volume is created. ' +
      'Use only letters and digits in all passwords of this section, because addresses contain the passwords.',
  },
  ...brokerUserNames.map((user) => ({
    name: natsPasswordVariable(user),
    about: `Password of the user ${user} of NATS. It must start with a letter.`,
  })),
  { name: 'VALKEY_PASSWORD', about: 'Password of Valkey.' },
  {
    name: 'DATABASE_ADMIN_URL',
    about: 'Address of PostgreSQL with its superuser. Only set-up uses this address.',
    example: 'postgres://postgres:${POSTGRES_PASSWORD}@postgres:5432/postgres',
  },
  ...serviceNames.map((service) => ({
    name: `${service.toUpperCase()}_NATS_URL`,
    about: `Address of NATS for ${service}.`,
    example: `nats://${service}:\${${natsPasswordVariable(service)}}@nats:4222`,
  })),
  {
    name: 'STREAMS_NATS_URL',
    about: 'Address of NATS with the user that creates streams and consumers; only identity uses it.',
    example: `nats://streams:\${${natsPasswordVariable('streams')}}@nats:4222`,
  },
  {
    name: 'REDIS_URL',
    about: 'Address of Valkey for every service.',
    example: 'redis://:${VALKEY_PASSWORD}@valkey:6379',
  },
  ...services.map((name) => ({
    name: `${name.toUpperCase()}_DATABASE_URL`,
    about:
      `postgres://cordee_${name}:<password>@postgres:5432/cordee_${name} with a password of your choice; ` +
      'set-up gives the role this password.',
  })),
  {
    name: 'IDENTITY_SECRET',
    about:
      'At least 32 random characters (openssl rand -base64 48). The keys of link tokens and second factors are ' +
      'derived from this secret.',
  },
  { name: 'TOKEN_SIGNING_KEY', about: 'Ed25519 private key (JWK) that signs access tokens; only identity uses it.' },
  {
    name: 'TOKEN_VERIFICATION_KEYS',
    isPublic: true,
    about: 'JWKS with the public key of TOKEN_SIGNING_KEY, for every service. During a rotation, the set has two keys.',
  },
  {
    name: 'STOP_GRACE_PERIOD',
    isPublic: true,
    about: 'Time after which Docker kills a container that stops: DRAIN_MS and 12 seconds, or more.',
    example: '15s',
  },
  {
    name: 'SMTP_URL',
    about:
      'Address of your mail server, which sends the mails: smtp://user:password@host:587, ' +
      'or smtp://mail-catcher:2525 with the profile "demonstration".',
  },
];
