/**
 * All attacks on Cordée, and the scripts and specs that carry them out:
 *
 * - `key`: the name for `npm run attacks -- <key>`; `title`: what the attacker does;
 * - `ids`: the numbers of the required attacks (S…) and of further attacks (G…);
 * - `attacks`: names of the scripts in tools/attacks/attacks, which attack running services;
 * - `specs`: paths of specs, without `.spec.ts`;
 * - `missing`: the part that cannot be attacked yet, and why.
 */
export const attackList = [
  {
    key: 'forbidden-routes',
    title: 'Every route, by everybody who may not use it',
    ids: ['S1', 'S2', 'S3', 'G14'],
    attacks: ['malformed-requests'],
    specs: [
      'apps/all-in-one/src/route-access',
      'apps/gateway/src/gateway',
      'apps/identity/src/members/visible-members',
    ],
  },
  {
    key: 'forged-callers-on-the-bus',
    title: 'Calls on the bus with the user of a service and forged persons',
    ids: ['S4', 'G7'],
    specs: [
      'libs/testing/src/messaging/broker-users',
      'libs/service/src/token-verifier',
      'apps/all-in-one/src/declared-calls',
    ],
  },
  {
    key: 'become-legal-representative',
    title: 'Becoming legal representative in more than 50 ways',
    ids: ['S5', 'G14'],
    attacks: ['become-legal-representative'],
    specs: ['apps/identity/src/members/reserved-changes'],
    missing:
      'There is no audit trail of an organization yet, so refused attempts are not recorded. ' +
      'The actions of staff under a support access are recorded when they are allowed.',
  },
  {
    key: 'removed-role',
    title: 'Requests with a role or session that was taken away',
    ids: ['S6', 'G17'],
    attacks: ['removed-role'],
    specs: [
      'apps/identity/src/members/removed-caller',
      'apps/identity/src/changed-during-call',
      'apps/teams/src/access/changed-during-call',
      'apps/products/src/changed-during-call',
      'apps/billing/src/changed-during-call',
      'apps/renewals/src/changed-during-call',
      'apps/reminders/src/changed-during-call',
      'apps/search/src/changed-during-call',
      'apps/identity/src/members/caller-changed-during-command',
      'apps/all-in-one/src/caller-changed-during-command',
      'apps/identity/src/sessions/ended-sessions',
      'apps/teams/src/access/replicas',
    ],
    missing: 'There are no long exports yet that a removal would have to abort.',
  },
  {
    key: 'guessing',
    title: 'Guessing passwords, second factors and links',
    ids: ['S7', 'S8', 'S9', 'G3'],
    attacks: ['password-guessing', 'rate-limit-evasion'],
    specs: [
      'apps/identity/src/password-attempts/password-guessing',
      'apps/identity/src/second-factors/sign-in',
      'apps/identity/src/passwords/passwords',
      'apps/identity/src/invitations/invitations',
    ],
    missing: 'There are no support codes yet.',
  },
  {
    key: 'replayed-tokens',
    title: 'Tokens that are replayed, rotated twice, ended or signed by somebody else',
    ids: ['S10', 'G12'],
    specs: [
      'apps/identity/src/sessions/refresh',
      'apps/identity/src/sessions/ended-sessions',
      'libs/service/src/token-verifier',
      'apps/all-in-one/src/api-tokens',
    ],
  },
  {
    key: 'malformed-requests',
    title: 'Malformed requests to every route',
    ids: ['S11', 'G17'],
    attacks: ['malformed-requests'],
    specs: ['apps/all-in-one/src/forged-cursors', 'libs/contracts/src/catalogue'],
  },
  {
    key: 'malformed-bus-messages',
    title: 'Malformed messages on the bus',
    ids: ['S12'],
    attacks: ['malformed-bus-messages'],
    specs: ['libs/messaging/src/bus-server', 'libs/testing/src/service/dead-letters'],
  },
  {
    key: 'injection',
    title: 'Code in texts: SQL, search queries, spreadsheets, logs, mail headers, pages, PDF',
    ids: ['S13', 'S14', 'S15', 'S16', 'G16'],
    attacks: ['injection'],
    specs: [
      'apps/billing/src/csv/csv-row',
      'apps/reminders/src/delivery/header-text',
      'apps/reminders/src/compose/plain-name',
      'apps/search/src/index/snippet',
      'apps/search/src/index/compile-query',
    ],
  },
  {
    key: 'large-bodies',
    title: 'Bodies of a gigabyte, XML bombs and external entities',
    ids: ['S17'],
    attacks: ['large-bodies'],
    specs: ['apps/billing/src/bank-files/xml-reader'],
  },
  {
    key: 'slow-clients',
    title: 'Clients that send or read slowly, or read nothing',
    ids: ['S18', 'G1'],
    attacks: ['slow-clients', 'greedy-pipelining'],
    specs: ['libs/testing/src/service/connection-limits'],
  },
  {
    key: 'hostile-patterns',
    title: 'Texts that make regular expressions slow',
    ids: ['S19'],
    attacks: ['hostile-patterns'],
  },
  {
    key: 'mail-bombs',
    title: 'Mails that cost seconds or gigabytes to parse',
    ids: ['G2'],
    attacks: ['mail-bombs'],
    specs: ['apps/search/src/messages/parse/mail-parser', 'libs/testing/src/service/worker-pool'],
  },
  {
    key: 'noisy-organization',
    title: 'One organization that sends fifty times as much as another one',
    ids: ['S20'],
    attacks: ['noisy-organization'],
    specs: [
      'apps/gateway/src/call-queues',
      'apps/gateway/src/health',
      'apps/billing/src/vat/registry/limited-registry',
      'libs/service/src/fair-queue',
    ],
  },
  {
    key: 'private-addresses',
    title: 'Webhooks and imports from private addresses',
    ids: ['S21'],
    missing: 'Cordée has no webhooks yet and loads nothing from an address that a customer gives.',
  },
  {
    key: 'spam-mails',
    title: 'Scripts and remote images of thousands of spam mails in search results and previews',
    ids: ['S22'],
    attacks: ['spam-mails'],
  },
  {
    key: 'forgotten-filters',
    title: 'Rows of another organization when a query forgets its filter',
    ids: ['S23', 'G13'],
    specs: [
      'apps/all-in-one/src/row-level-security',
      'libs/testing/src/service/tenant-reads',
      'libs/testing/src/outbox/database-roles',
    ],
  },
  {
    key: 'stolen-service-credentials',
    title: 'Subjects, streams and replies of other services with the credentials of one service',
    ids: ['S24'],
    specs: ['libs/testing/src/messaging/broker-users'],
  },
  {
    key: 'parallel-commands',
    title: 'A hundred parallel payments, acceptances, role changes and cancellations',
    ids: ['S25'],
    attacks: ['parallel-commands'],
    specs: [
      'libs/testing/src/service/idempotency',
      'apps/products/src/transfers/accept-transfer',
      'apps/billing/src/document-exports/document-exports',
    ],
  },
  {
    key: 'dependencies',
    title: 'Dependencies with known vulnerabilities, without a checksum or without a permissive licence',
    ids: ['S26'],
    attacks: ['dependencies'],
  },
  {
    key: 'changed-records',
    title: 'Changes of the audit trail',
    ids: ['S27'],
    specs: ['apps/identity/src/support-access/support-access'],
    missing: 'There is no audit trail yet; only the record of actions of staff exists.',
  },
  {
    key: 'support-access',
    title: 'Staff without, after or above a support access',
    ids: ['S28', 'G18'],
    specs: [
      'apps/identity/src/support-access/support-access',
      'apps/identity/src/support-access/granted-by-member',
      'apps/teams/src/access/support-access',
      'libs/access/src/support-rights',
    ],
  },
  {
    key: 'unwanted-mails',
    title: 'Mails with free text to addresses of strangers',
    ids: ['G4'],
    specs: [
      'apps/identity/src/mail-limits',
      'apps/reminders/src/compose/mails-to-strangers',
      'apps/reminders/src/document-delivery',
    ],
  },
  {
    key: 'denied-sign-in',
    title: 'Sign-ins of one client that keep others from signing in',
    ids: ['G5'],
    specs: ['apps/identity/src/passwords/password-queue', 'apps/identity/src/sessions/anonymous-callers'],
  },
  {
    key: 'shared-proxy',
    title: 'Forged or missing addresses behind a proxy',
    ids: ['G6'],
    attacks: ['rate-limit-evasion'],
    specs: ['libs/service/src/trusted-proxies', 'apps/gateway/src/rate-limits'],
  },
  {
    key: 'pre-hijacking',
    title: 'A sign-up with the address of another person',
    ids: ['G8'],
    specs: ['apps/identity/src/accounts/confirm-sign-up'],
  },
  {
    key: 'values-in-logs',
    title: 'Passwords and names in the log of the database',
    ids: ['G9'],
    specs: ['libs/testing/src/service/database-log'],
  },
  {
    key: 'deleted-streams',
    title: 'Deleted streams and consumers of the broker',
    ids: ['G10'],
    specs: ['libs/testing/src/service/lost-streams'],
  },
  {
    key: 'stolen-access-token',
    title: 'Changes of access with a stolen access token or API token',
    ids: ['G11'],
    attacks: ['stolen-access-token'],
    specs: [
      'apps/identity/src/sessions/recent-sign-in',
      'apps/identity/src/api-tokens/api-tokens',
      'apps/identity/src/invitations/invitations',
    ],
  },
  {
    key: 'shared-idempotency-keys',
    title: 'Idempotency keys and links of other people',
    ids: ['G15'],
    specs: ['libs/testing/src/service/idempotency', 'apps/identity/src/invitations/invitations'],
  },
  {
    key: 'foreign-host',
    title: 'Local pages read by other sites',
    ids: ['G16'],
    attacks: ['foreign-host'],
    specs: ['libs/service/src/own-hosts'],
  },
  {
    key: 'externals-in-members-only-teams',
    title: 'Externals in teams for members only',
    ids: ['G19'],
    specs: ['apps/teams/src/teams/members', 'apps/teams/src/teams/team-tree', 'apps/teams/src/access/explain-decision'],
  },
  {
    key: 'last-legal-representative',
    title: 'The last legal representative who can act leaves',
    ids: ['G20'],
    attacks: ['parallel-commands'],
    specs: ['apps/identity/src/members/reserved-changes', 'apps/identity/src/second-factors/required-second-factor'],
  },
];
