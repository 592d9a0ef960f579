import { toUuid } from '@cordee/contracts/id';
import { LockMode } from '@mikro-orm/postgresql';
import { storeCardCountry } from '../vat/place-evidence.ts';
import { providerReferenceOf, type CardKey } from './card-reference.ts';
import { claimDueRow, type CardJobDependencies } from './look-up-card-payment.ts';
import { PaymentMethod } from './payment-method.entity.ts';

/** Looks up a pending payment method at the provider, or deletes there a payment method that the customer deleted. */
export async function lookUpPaymentMethod(
  key: CardKey<`mth_${string}`>,
  { background, provider }: Pick<CardJobDependencies, 'background' | 'provider'>,
): Promise<void> {
  const dueMethod = await claimDueRow<{ status: string }>(
    background,
    { table: 'payment_method', columns: 'status' },
    key,
  );
  if (!dueMethod) return;
  const reference = providerReferenceOf(key);
  const { organizationId, id } = key;
  if (dueMethod.status === 'deleted') {
    await provider.deleteMethod(reference);
    await background.asSystem(({ em }) =>
      em.execute(
        `update payment_method set next_look_up_at = null, token = null, card_brand = null, card_last_four = null
         where organization_id = ? and id = ?`,
        [toUuid(organizationId), toUuid(id)],
      ),
    );
    return;
  }
  const providerMethod = await provider.findMethod(reference);
  await background.asSystem(async ({ em, now, publish }) => {
    const method = await em.findOneOrFail(
      PaymentMethod,
      { organizationId, id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (providerMethod?.status === 'usable') storeCardCountry(em, organizationId, providerMethod.card!.country);
    await publish(method.applyProviderState(providerMethod, now));
  });
}
