import type { Contract } from '@cordee/contracts/contract';

/** The tags in reading order. `nouns` are the parts of the subjects that name a service and a noun. */
export const tags = [
  {
    name: 'Sign-up',
    nouns: ['identity.sign_up'],
    description: 'Open an account with a mail address and a password',
  },
  {
    name: 'Sessions',
    nouns: ['identity.session', 'identity.key'],
    description: 'Sign in and out, refresh and verify access tokens',
  },
  { name: 'Account', nouns: ['identity.account'], description: 'The person who is signed in' },
  {
    name: 'Passwords',
    nouns: ['identity.password', 'identity.password_reset'],
    description: 'Change a password, or reset a forgotten password',
  },
  {
    name: 'Second factor',
    nouns: ['identity.second_factor'],
    description: 'Codes of an authenticator, and recovery codes',
  },
  { name: 'API tokens', nouns: ['identity.api_token'], description: 'Tokens with which programs call the API' },
  {
    name: 'Service tokens',
    nouns: ['identity.service_token'],
    description: 'Tokens with which internal tools and partners read data of organizations',
  },
  {
    name: 'Organizations',
    nouns: ['identity.organization'],
    description: 'The customer spaces that own products, teams and invoices',
  },
  { name: 'Members', nouns: ['identity.member'], description: 'The people of an organization, their roles and flags' },
  { name: 'Invitations', nouns: ['identity.invitation'], description: 'Invite people to an organization' },
  {
    name: 'Support access',
    nouns: ['identity.support_access', 'identity.support_action'],
    description: 'Access of the provider’s staff to an organization, for a limited time',
  },
  {
    name: 'Teams',
    nouns: ['teams.team', 'teams.team_policy'],
    description: 'Groups of people who share rights on products',
  },
  {
    name: 'Grants',
    nouns: ['teams.grant', 'teams.person_rights', 'teams.default_rights', 'teams.restriction'],
    description: 'Give, narrow and end rights on products and resources',
  },
  { name: 'Access', nouns: ['teams.access'], description: 'Ask who may do what, and why' },
  {
    name: 'Product types',
    nouns: ['products.product_type', 'products.price'],
    description: 'The catalogue: products that can be ordered, their rights and prices',
  },
  {
    name: 'Products',
    nouns: ['products.product', 'products.resource'],
    description: 'The products of an organization, and the resources in them',
  },
  { name: 'Transfers', nouns: ['products.transfer'], description: 'Move a product to another organization' },
  { name: 'Orders', nouns: ['billing.order'], description: 'Order products' },
  {
    name: 'Documents',
    nouns: [
      'billing.document',
      'billing.document_export',
      'billing.credit_note',
      'billing.invoice',
      'billing.statement',
    ],
    description: 'Pro formas, invoices and credit notes: list, export, pay, correct',
  },
  {
    name: 'VAT',
    nouns: ['billing.vat_report', 'billing.official_rate'],
    description: 'Reports of VAT for declarations, and the official exchange rates that they use',
  },
  {
    name: 'Billing addresses',
    nouns: ['billing.address', 'billing.product_billing'],
    description: 'The addresses on documents, of an organization and of its products',
  },
  {
    name: 'Prepaid',
    nouns: ['billing.prepaid', 'billing.receipt', 'billing.pay_out'],
    description: 'Money that is held for an organization',
  },
  {
    name: 'Cards',
    nouns: ['billing.card_payment', 'billing.payment_method', 'billing.card_simulator'],
    description: 'Pay by card, and store payment methods',
  },
  {
    name: 'Bank files',
    nouns: [
      'billing.bank_file',
      'billing.bank_file_import',
      'billing.journal',
      'billing.bank_clearing',
      'billing.bank_statement',
      'billing.suspense',
      'billing.bank_movement_rule',
      'billing.payment_file',
    ],
    description: 'Import statements of the bank, and see payments without an organization',
  },
  {
    name: 'Renewals',
    nouns: ['renewals.renewal'],
    description: 'Due dates, automatic renewal, renewal warranty, simulation',
  },
  {
    name: 'Messages',
    nouns: ['reminders.message'],
    description: 'Planned and sent messages; verify a received message',
  },
  {
    name: 'Search',
    nouns: ['search.query', 'search.message'],
    description: 'Find people, teams, products, documents and mail; import mail',
  },
  { name: 'Clock', nouns: ['identity.clock'], description: 'The clock of a demonstration or test installation' },
] as const;

/** Returns the position of the operation’s tag in the reading order. */
export function tagIndexOf({ subject }: Contract): number {
  const noun = subject.split('.').slice(1, 3).join('.');
  const index = tags.findIndex(({ nouns }) => (nouns as readonly string[]).includes(noun));
  if (index < 0) throw new Error(`${subject}: list the noun ${noun} in tags.ts of the gateway`);
  return index;
}

export const tagOf = (contract: Contract): string => tags[tagIndexOf(contract)]!.name;
