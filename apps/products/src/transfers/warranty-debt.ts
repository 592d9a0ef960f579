import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { describeRenewal } from '@cordee/contracts/renewals/renewal';

type Renewal = Pick<Answer<typeof describeRenewal>, 'openPeriods'>;

/**
 * True when the product has open warranty debt, so that it cannot be transferred (PROD-5). `renewal` is undefined while
 * the renewals service does not know the product.
 */
export const hasWarrantyDebt = (renewal: Renewal | undefined): boolean =>
  renewal !== undefined && renewal.openPeriods > 0;

export function assertNoWarrantyDebt(renewal: Renewal | undefined): void {
  if (hasWarrantyDebt(renewal)) throw new DomainError('WARRANTY_DEBT_OPEN');
}
