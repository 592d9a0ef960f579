import type { acceptTransfer } from '@cordee/contracts/products/transfer-offer';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { MoneyValue } from '@cordee/contracts/values';
import type { NextCharge } from './next-charge.ts';
import type { Transfer } from './transfer.entity.ts';

/** The terms that the accepting person saw. */
export type QuotedTerms = Pick<Input<typeof acceptTransfer>, 'retainedUserCount' | 'price' | 'dueOn'>;

export interface CurrentTerms {
  retainedUserCount: number;
  nextCharge: NextCharge;
}

/**
 * Rejects an acceptance when a term changed; fewer retained users are accepted. Without a quoted term, the term at the
 * offer is compared.
 */
export function assertOfferUnchanged(
  transfer: Transfer,
  quotedTerms: QuotedTerms,
  { retainedUserCount, nextCharge }: CurrentTerms,
): void {
  const offeredCharge = transfer.offeredCharge();
  const quotedCount = quotedTerms.retainedUserCount ?? transfer.offeredRetainedUserCount;
  const { price = offeredCharge?.price ?? null, dueOn = offeredCharge?.dueOn ?? null } = quotedTerms;
  // Only additional retained users are a change: with fewer, the accepting organization gets no unexpected user.
  const changes = [
    ...(retainedUserCount > quotedCount
      ? [
          {
            pointer: '/retainedUserCount',
            detail: `${retainedUserCount} people would keep using the product, not the quoted ${quotedCount}`,
          },
        ]
      : []),
    ...(!isSamePrice(price, nextCharge.price)
      ? [{ pointer: '/price', detail: 'the price is not the quoted price' }]
      : []),
    ...(dueOn !== nextCharge.dueOn
      ? [{ pointer: '/dueOn', detail: `the next due date is ${nextCharge.dueOn}, not the quoted ${dueOn ?? 'none'}` }]
      : []),
  ];
  if (changes.length === 0) return;
  throw new DomainError('TRANSFER_CHANGED', {
    detail: changes.map(({ detail }) => detail).join('; '),
    errors: changes.map((change) => ({ ...change, code: 'transfer_changed' })),
  });
}

const isSamePrice = (price: MoneyValue | null, other: MoneyValue | null): boolean =>
  price?.amount === other?.amount && price?.currency === other?.currency;
