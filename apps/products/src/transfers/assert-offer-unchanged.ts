import type { acceptTransfer } from '@cordee/contracts/products/transfer';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { MoneyValue } from '@cordee/contracts/values';
import type { NextCharge } from './next-charge.ts';
import type { Transfer } from './transfer.entity.ts';

/** What whoever accepts says they were shown. */
export type QuotedTerms = Pick<Input<typeof acceptTransfer>, 'keptPeopleCount' | 'price' | 'dueOn'>;

/** What it is by now. */
export interface CurrentTerms {
  keptPeopleCount: number;
  due: NextCharge;
}

/** Refuses what has changed since it was shown; what somebody does not say they were shown is what it was at the offer. */
export function assertOfferUnchanged(
  transfer: Transfer,
  shown: QuotedTerms,
  { keptPeopleCount, due }: CurrentTerms,
): void {
  const offered = transfer.offeredDue();
  const limit = shown.keptPeopleCount ?? transfer.offeredKeptPeopleCount;
  const { price = offered?.price ?? null, dueOn = offered?.dueOn ?? null } = shown;
  const changes = [
    ...(keptPeopleCount > limit
      ? [
          {
            pointer: '/keptPeopleCount',
            detail: `${keptPeopleCount} people would come with the product, and ${limit} were shown`,
          },
        ]
      : []),
    ...(!isSame(price, due.price) ? [{ pointer: '/price', detail: 'the price is not the one that was shown' }] : []),
    ...(dueOn !== due.dueOn
      ? [{ pointer: '/dueOn', detail: `the next due date is ${due.dueOn}, and ${dueOn ?? 'none'} was shown` }]
      : []),
  ];
  if (changes.length === 0) return;
  throw new DomainError('TRANSFER_CHANGED', {
    detail: changes.map(({ detail }) => detail).join('; '),
    errors: changes.map((change) => ({ ...change, code: 'transfer_changed' })),
  });
}

const isSame = (one: MoneyValue | null, other: MoneyValue | null): boolean =>
  one?.amount === other?.amount && one?.currency === other?.currency;
