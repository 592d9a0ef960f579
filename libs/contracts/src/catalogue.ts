import * as bankFile from './billing/bank-file.ts';
import * as bankMovementRule from './billing/bank-movement-rule.ts';
import * as bankFileImport from './billing/bank-file-import.ts';
import * as address from './billing/address.ts';
import * as cardPayment from './billing/card-payment.ts';
import * as cardSimulator from './billing/card-simulator.ts';
import * as charge from './billing/charge.ts';
import * as creditNote from './billing/credit-note.ts';
import * as document from './billing/document.ts';
import * as documentDownload from './billing/document-download.ts';
import * as documentEvents from './billing/document-events.ts';
import * as documentExport from './billing/document-export.ts';
import * as journal from './billing/journal.ts';
import * as order from './billing/order.ts';
import * as payOut from './billing/pay-out.ts';
import * as paymentMethod from './billing/payment-method.ts';
import * as productBilling from './billing/product-billing.ts';
import * as prepaid from './billing/prepaid.ts';
import * as prepaidReservation from './billing/prepaid-reservation.ts';
import * as receipt from './billing/receipt.ts';
import * as renewalProForma from './billing/renewal-pro-forma.ts';
import * as statement from './billing/statement.ts';
import * as suspense from './billing/suspense.ts';
import * as vatCorrection from './billing/vat-correction.ts';
import * as vatReport from './billing/vat-report.ts';
import * as vatDecision from './billing/vat-decision.ts';
import { accessOwners, declareLeaseContracts } from './access-lease.ts';
import { serviceOf, type Contract, type EventContract } from './contract.ts';
import { declareDeadLetterContracts } from './dead-letter.ts';
import * as account from './identity/account.ts';
import * as apiToken from './identity/api-token.ts';
import * as clock from './identity/clock.ts';
import * as invitation from './identity/invitation.ts';
import * as member from './identity/member.ts';
import * as organization from './identity/organization.ts';
import * as password from './identity/password.ts';
import * as secondFactor from './identity/second-factor.ts';
import * as serviceToken from './identity/service-token.ts';
import * as session from './identity/session.ts';
import * as supportAccess from './identity/support-access.ts';
import * as price from './products/price.ts';
import * as product from './products/product.ts';
import * as productSnapshot from './products/product-snapshot.ts';
import * as productType from './products/product-type.ts';
import * as transfer from './products/transfer.ts';
import * as transferEvents from './products/transfer-events.ts';
import * as transferOffer from './products/transfer-offer.ts';
import * as message from './reminders/message.ts';
import * as renewal from './renewals/renewal.ts';
import * as search from './search/search.ts';
import * as access from './teams/access.ts';
import * as defaultRights from './teams/default-rights.ts';
import * as grant from './teams/grant.ts';
import * as grantSnapshot from './teams/grant-snapshot.ts';
import * as personRights from './teams/person-rights.ts';
import * as restriction from './teams/restriction.ts';
import * as sharedContent from './teams/shared-content.ts';
import * as team from './teams/team.ts';
import * as teamInvitation from './teams/invitation.ts';
import * as teamPolicy from './teams/team-policy.ts';

const files = [
  account,
  password,
  secondFactor,
  session,
  apiToken,
  serviceToken,
  organization,
  member,
  invitation,
  supportAccess,
  clock,
  team,
  teamInvitation,
  teamPolicy,
  grant,
  grantSnapshot,
  personRights,
  restriction,
  sharedContent,
  defaultRights,
  access,
  productType,
  price,
  product,
  productSnapshot,
  transfer,
  transferOffer,
  transferEvents,
  address,
  productBilling,
  order,
  creditNote,
  document,
  documentDownload,
  documentEvents,
  documentExport,
  journal,
  payOut,
  prepaid,
  prepaidReservation,
  receipt,
  renewalProForma,
  statement,
  bankFile,
  bankMovementRule,
  bankFileImport,
  cardPayment,
  paymentMethod,
  cardSimulator,
  suspense,
  vatCorrection,
  vatDecision,
  vatReport,
  charge,
  renewal,
  message,
  search,
  // The contracts with which the gateway transfers files to and from a service.
  documentDownload.billingFiles,
  search.searchFiles,
];

const isContract = (value: unknown): value is Contract | EventContract =>
  typeof value === 'object' && value !== null && 'subject' in value && 'kind' in value;

const declaredIn = (file: object): [string, Contract | EventContract][] =>
  Object.entries(file).filter((entry): entry is [string, Contract | EventContract] => isContract(entry[1]));

const declaredInFiles = files.flatMap(declaredIn);
const services = [...new Set(declaredInFiles.map(([, contract]) => serviceOf(contract)))];
const allDeclared = [
  ...declaredInFiles,
  ...services.flatMap((service) => declaredIn(declareDeadLetterContracts(service))),
  ...Object.values(accessOwners).flatMap((owner) => declaredIn(declareLeaseContracts(owner))),
];

/** True for a contract that several services implement. The catalogue appends the service to its name. */
const isImplementedBySeveralServices = (contract: Contract): boolean =>
  /\.(file|dead_letter|access_lease)\./.test(contract.subject);

/** All commands and queries by name, which is also the operation id. */
export const contracts: ReadonlyMap<string, Contract> = new Map(
  allDeclared
    .filter((entry): entry is [string, Contract] => entry[1].kind !== 'event')
    .map(([name, contract]) => [
      isImplementedBySeveralServices(contract) ? `${name}_${serviceOf(contract)}` : name,
      contract,
    ]),
);

/** All events by name. */
export const events: ReadonlyMap<string, EventContract> = new Map(
  allDeclared.filter((entry): entry is [string, EventContract] => entry[1].kind === 'event'),
);
