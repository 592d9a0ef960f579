import type { acceptTransfer } from '@cordee/contracts/products/transfer';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { MoneyValue } from '@cordee/contracts/values';
import type { NextCharge } from './next-charge.ts';
import type { Transfer } from './transfer.entity.ts';

/** The terms that the accepting person saw. */
export type QuotedTerms = Pick<Input<typeof acceptTransfer>, 'retainedUserCount' | 'price' | 'dueOn'>;

export interface CurrentTerms {
  retainedUserCount: number;
  due: NextCharge;
}

/** Rejects terms that changed since they were quoted. A term without a quote is compared with the offer. */
export function assertOfferUnchanged(
  transfer: Transfer,
  quoted: QuotedTerms,
  { retainedUserCount, due }: CurrentTerms,
): void {
  const offered = transfer.offeredDue();
  const limit = quoted.retainedUserCount ?? transfer.offeredRetainedUserCount;
  const { price = offered?.price ?? null, dueOn = offered?.dueOn ?? null } = quoted;
  const changes = [
    ...(retainedUserCount > limit
      ? [
          {
            pointer: '/retainedUserCount',
            detail: `${retainedUserCount} people would come with the product, not the quoted ${limit}`,
          },
        ]
      : []),
    ...(!isSame(price, due.price) ? [{ pointer: '/price', detail: 'the price is not the quoted one' }] : []),
    ...(dueOn !== due.dueOn
      ? [{ pointer: '/dueOn', detail: `the next due date is ${due.dueOn}, not the quoted ${dueOn ?? 'none'}` }]
      : []),
  ];
  if (changes.length === 0) return;
  throw new DomainError('TRANSFER_CHANGED', {
    detail: changes.map(({ detail }) => detail).join('; '),
    errors: changes.map((change) => ({ ...change, code: 'transfer_changed' })),
  });
}

const isSame = (a: MoneyValue | null, b: MoneyValue | null): boolean =>
  a?.amount === b?.amount && a?.currency === b?.currency;
