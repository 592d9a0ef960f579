import type { payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { newId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { readCardMoney, sumOf } from './card-money.ts';
import { parseCreditorIban } from './creditor-iban.ts';
import { requestOutgoingPayment } from './request-outgoing-payment.ts';

/** An error names at most this number of accounts. */
const MAX_NAMED_ACCOUNTS = 10;

interface PayerAccount {
  iban: string;
  name: string | null;
}

/**
 * Pays out prepaid money to an account from which the organization paid (PAY-4). Money that can be refunded to a card
 * does not go to an account: somebody could otherwise move money from a stolen card to an account.
 */
export async function payOut(
  context: BillingContext,
  { organizationId, amount, currency, iban, accountHolder }: Input<typeof payOutPrepaid>,
  { areCardsOffered }: { areCardsOffered: boolean },
): Promise<Output<typeof payOutPrepaid>> {
  const { em, now, seller } = context;
  const [accounts, balance, cardMoney] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      readPayerAccounts(em),
      readPrepaidBalance(em, organizationId, currency),
      areCardsOffered ? readCardMoney(em, organizationId, currency) : [],
    ]),
  );
  if (iban !== undefined) parseCreditorIban(iban);
  if (balance < amount) throw new DomainError('PREPAID_INSUFFICIENT');
  const amountForAccounts = Math.max(0, balance - sumOf(cardMoney));
  if (amount > amountForAccounts)
    throw inputError(
      'PAY_OUT_CARD_FIRST',
      ['/amount'],
      `must be at most ${amountForAccounts} minor units for a bank account; the rest goes back to the card ` +
        `(POST /v1/organizations/${organizationId}/prepaid/card-refunds)`,
    );
  const account = choosePayOutAccount(accounts, { iban, accountHolder });
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'pay_out',
    reason: 'paid_out',
    valuedOn: seller.today(now),
    currency,
    entries: [
      { account: 'prepaid', amount },
      { account: 'outgoing', amount: -amount },
    ],
  });
  const payment = {
    organizationId,
    purpose: 'pay_out' as const,
    currency,
    amount,
    creditorName: account.name,
    creditorIban: account.iban,
    documentId: null,
  };
  return {
    id: requestOutgoingPayment(context, payment),
    purpose: payment.purpose,
    amount: { amount, currency },
    creditorName: account.name,
    creditorIban: account.iban,
    documentId: null,
    status: 'ordered',
    orderedAt: now.toISOString(),
  };
}

/** Reads the accounts from which the organization of the context paid, the newest payment first. */
const readPayerAccounts = (em: EntityManager): Promise<PayerAccount[]> =>
  em.execute<PayerAccount[]>(`select iban, name from paying_account order by last_paid_on desc, iban`);

/**
 * Chooses the account. Money that came from known accounts goes back to one of them. If there are several accounts, the
 * caller chooses: anybody can pay a small amount with the reference of an organization.
 */
function choosePayOutAccount(
  accounts: readonly PayerAccount[],
  { iban, accountHolder }: Pick<Input<typeof payOutPrepaid>, 'iban' | 'accountHolder'>,
): { iban: string; name: string } {
  const wantedIban = iban === undefined ? undefined : parseCreditorIban(iban);
  if (wantedIban === undefined && accounts.length > 1)
    throw inputError(
      'PAY_OUT_ACCOUNT_AMBIGUOUS',
      ['/iban'],
      `is required: the organization paid from ${accounts
        .slice(0, MAX_NAMED_ACCOUNTS)
        .map((account) => account.iban)
        .join(', ')}`,
    );
  const knownAccount = wantedIban === undefined ? accounts[0] : accounts.find((account) => account.iban === wantedIban);
  if (!knownAccount && accounts.length > 0)
    throw inputError('PAY_OUT_ACCOUNT_FOREIGN', ['/iban'], 'is not an account from which the organization paid');
  const name = accountHolder ?? knownAccount?.name ?? undefined;
  const account = knownAccount?.iban ?? wantedIban;
  if (account === undefined || name === undefined)
    throw inputError(
      'PAY_OUT_ACCOUNT_MISSING',
      [account === undefined ? '/iban' : '/accountHolder'],
      'is required: no account of the organization is known',
    );
  return { iban: account, name };
}
