import type { Money } from '@cordee/money/money';

/** The injection token of the payment provider; null when the installation does not accept cards. */
export const PAYMENT_PROVIDER = Symbol('PAYMENT_PROVIDER');

/** The part of a card that is stored. */
export interface Card {
  readonly brand: string;
  readonly lastFour: string;
  /** The country of the bank that issued the card (ISO 3166-1 alpha-2); null when it is not known. */
  readonly country: string | null;
}

/** `soft_decline`: a later attempt may succeed. `hard_decline`: the card is not charged again. */
export type PaymentFailure = 'soft_decline' | 'hard_decline' | 'expired';

/** The complete state of a payment at the provider. Amounts are in minor units of the currency of the payment. */
export interface ProviderPayment {
  /**
   * `open`: the payer can still pay, or the provider processes the payment. `authentication_required`: the payer must
   * confirm the charge of a payment method at `url`.
   */
  readonly status: 'open' | 'authentication_required' | 'succeeded' | 'failed';
  readonly url: string | null;
  /** The amount that was taken from the card; 0 before the payment has succeeded. */
  readonly capturedAmount: number;
  readonly capturedAt: Date | null;
  /** The fees so far; they never decrease. */
  readonly feeAmount: number;
  readonly failure: { readonly kind: PaymentFailure; readonly reason: string } | null;
  readonly card: Card | null;
  /** The sum of all chargebacks; it never decreases. */
  readonly chargedBackAmount: number;
  /** The part of the chargebacks that the provider has returned, because the dispute was won; it never decreases. */
  readonly returnedAmount: number;
}

export interface ProviderRefund {
  readonly status: 'open' | 'succeeded' | 'failed';
}

/** The state of a link with which a payer stores a card. */
export interface ProviderMethod {
  readonly status: 'open' | 'usable' | 'failed';
  /** Set when the card is usable: identifies the card at the provider. */
  readonly token: string | null;
  readonly card: Card | null;
  /** `YYYY-MM` */
  readonly expiresOn: string | null;
}

export interface NotificationRequest {
  /** The body as it was sent. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A payment provider. Billing chooses the reference of each operation. An operation is executed once per reference: a
 * repeat returns the state of the first call, even if the other arguments of the repeat differ. The result of a call
 * that throws is unknown, so the caller looks up the reference. No call is made inside a database transaction.
 */
export interface PaymentProvider {
  /** Starts a payment and returns the page on which the payer pays. */
  startPayment(request: {
    reference: string;
    amount: Money;
    returnUrl: string;
    language: string;
  }): Promise<{ url: string }>;
  /** Charges a payment method while the payer is absent. */
  chargeMethod(request: {
    reference: string;
    amount: Money;
    token: string;
    returnUrl: string;
  }): Promise<ProviderPayment>;
  findPayment(reference: string): Promise<ProviderPayment | undefined>;
  /** Refunds a part of a payment. The refunds of a payment never exceed the captured amount. */
  refund(request: { reference: string; paymentReference: string; amount: Money }): Promise<ProviderRefund>;
  findRefund(request: { reference: string; paymentReference: string }): Promise<ProviderRefund | undefined>;
  /** Returns the page on which the payer enters a card and confirms it by strong authentication. */
  startMethod(request: { reference: string; returnUrl: string; language: string }): Promise<{ url: string }>;
  findMethod(reference: string): Promise<ProviderMethod | undefined>;
  /** Deletes a payment method. Succeeds even if the provider does not know it any more. */
  deleteMethod(reference: string): Promise<void>;
  /**
   * Verifies a notification and returns its reference, which is null when the notification has none. Returns undefined
   * when the signature is invalid or the time is outside the tolerance. The caller trusts no other content and looks
   * up the reference.
   */
  readNotification(request: NotificationRequest, now: Date): { reference: string | null } | undefined;
}
