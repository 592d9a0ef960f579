import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { SellerCopy } from '../seller/seller.ts';

/** The specifications that an e-invoice can follow; all are EN 16931. */
export type ProfileName = 'en16931' | 'xrechnung' | 'peppol';

/** The identifiers of a specification (BT-24) and of a business process (BT-23). */
interface Profile {
  readonly specification: string;
  readonly process: string | undefined;
}

const PEPPOL_BILLING = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0';

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  en16931: { specification: 'urn:cen.eu:en16931:2017', process: undefined },
  xrechnung: {
    specification: 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
    process: PEPPOL_BILLING,
  },
  peppol: {
    specification: 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
    process: PEPPOL_BILLING,
  },
};

/** The identifier of a German public body (Leitweg-ID), in the buyer reference. */
const ROUTING_ID = /^\d{2,12}(-[\dA-Za-z]{1,30})?-\d{2}$/;

/**
 * Returns the specification that the buyer needs: XRechnung for a German public body, Peppol BIS Billing for a
 * participant of Peppol. Both need more data than EN 16931; without these data, the e-invoice follows EN 16931 alone.
 */
export function profileOf(buyer: BuyerCopy, seller: SellerCopy): ProfileName {
  const hasContact = Boolean(seller.email && seller.phone);
  if (hasRoutingId(buyer) && hasContact && (buyer.peppolId || buyer.mailboxes?.length)) return 'xrechnung';
  if (buyer.peppolId && seller.email && (buyer.buyerReference || buyer.purchaseOrder)) return 'peppol';
  return 'en16931';
}

const hasRoutingId = ({ country, buyerReference }: BuyerCopy): boolean =>
  country === 'DE' && buyerReference !== null && buyerReference !== undefined && ROUTING_ID.test(buyerReference);
