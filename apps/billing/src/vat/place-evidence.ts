import { toUuid } from '@cordee/contracts/id';
import { vatTerritoryOf } from '@cordee/money/vat-territory';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Address } from '../addresses/address.entity.ts';
import type { PlaceEvidence } from './vat-decision.ts';

/** The number of pieces of evidence that must agree on where a consumer in the EU is (DOC-7). */
const REQUIRED_PIECES = 2;

/** Reads the countries of the bank accounts and cards with which an organization paid. */
export async function readPaymentEvidence(
  em: EntityManager,
  organizationId: `org_${string}`,
): Promise<PlaceEvidence[]> {
  return em.execute<PlaceEvidence[]>(
    `select kind, country from place_evidence where organization_id = ? order by kind, country`,
    [toUuid(organizationId)],
  );
}

/** Stores the country of a card, without waiting for the reply. */
export function storeCardCountry(em: EntityManager, organizationId: `org_${string}`, country: string | null): void {
  if (country === null) return;
  sendAhead(
    em,
    `insert into place_evidence (organization_id, kind, country) values (?, 'card', ?) on conflict do nothing`,
    [toUuid(organizationId), country],
  );
}

/** Returns the evidence of where the buyer with this address is. */
export const evidenceOf = (
  { country, isPlaceConfirmed }: Pick<Address, 'country' | 'isPlaceConfirmed'>,
  paymentEvidence: readonly PlaceEvidence[],
): PlaceEvidence[] => [
  { kind: 'address', country },
  ...paymentEvidence,
  ...(isPlaceConfirmed ? [{ kind: 'confirmation', country } as const] : []),
];

/** The pieces that come from the address itself, whose country may differ from its state: `DE-87491` is in Austria. */
const KINDS_OF_ADDRESS: ReadonlySet<PlaceEvidence['kind']> = new Set(['address', 'confirmation']);

/**
 * True when two pieces of evidence agree on the state of the address. Pieces of the same kind count once: two cards of
 * a country are one piece.
 */
export function isPlaceProven(evidence: readonly PlaceEvidence[], state: string): boolean {
  const agreeing = evidence.filter(
    ({ kind, country }) => KINDS_OF_ADDRESS.has(kind) || vatTerritoryOf(country, '').state === state,
  );
  return new Set(agreeing.map(({ kind }) => kind)).size >= REQUIRED_PIECES;
}
