import { addHours } from './hours.ts';
import type { Card, PaymentFailure, ProviderMethod, ProviderPayment, ProviderRefund } from '../payment-provider.ts';
import type { Behaviour } from './simulated-cards.ts';

const LINK_VALID_HOURS = 1;
const CHARGEBACK_AFTER_HOURS = 24;
const CHARGEBACK_WON_AFTER_HOURS = 48;
const NOTIFICATION_LATE_HOURS = 1;
const FEE_AMOUNT = 30;
const CARD: Card = { brand: 'Test card', lastFour: '0000', country: 'CH' };
const EXPIRES_ON = '2099-12';

/** The state of a payment or a payment method in the simulator, as JSON. */
export interface SimulatedState {
  kind: 'payment' | 'method';
  status: 'open' | 'authentication_required' | 'succeeded' | 'failed' | 'deleted';
  returnUrl: string;
  createdAt: string;
  /** In minor units; 0 for a payment method. */
  amount: number;
  currency: string;
  behaviour: Behaviour | null;
  lastFour: string | null;
  capturedAt: string | null;
  failure: { kind: PaymentFailure; reason: string } | null;
  refunds: Record<string, { amount: number; status: 'succeeded' | 'failed' }>;
}

/** A notification and the time at which the simulator sends it. */
export interface SimulatedNotification {
  type: string;
  sendAt: Date;
}

const reasonOfDecline = { soft_decline: 'insufficient_funds', hard_decline: 'stolen_card' } as const;

export const newState = (
  fields: Pick<SimulatedState, 'kind' | 'returnUrl' | 'amount' | 'currency'>,
  now: Date,
): SimulatedState => ({
  ...fields,
  status: 'open',
  createdAt: now.toISOString(),
  behaviour: null,
  lastFour: null,
  capturedAt: null,
  failure: null,
  refunds: {},
});

/** True while the payer can use the page of the payment or of the payment method. */
export const isWaiting = ({ status }: SimulatedState): boolean =>
  status === 'open' || status === 'authentication_required';

/** Marks a payment or a payment method as failed when nobody has used its link in time. */
export function expireIfDue(state: SimulatedState, now: Date): void {
  if (!isWaiting(state) || now < addHours(state.createdAt, LINK_VALID_HOURS)) return;
  state.status = 'failed';
  state.failure = { kind: 'expired', reason: 'link_expired' };
}

/**
 * Simulates that the payer uses a card on the page. A soft decline keeps the page open for another card. Storing a card
 * always needs a confirmation.
 */
export function useCard(
  state: SimulatedState,
  { behaviour, lastFour, isConfirmed }: { behaviour: Behaviour; lastFour: string; isConfirmed: boolean },
  now: Date,
): 'accepted' | 'declined' | 'authentication_required' {
  if (state.kind === 'payment' && behaviour === 'soft_decline') return 'declined';
  if (state.kind === 'payment' && behaviour === 'hard_decline') {
    decline(state, behaviour);
    return 'declined';
  }
  const needsConfirmation = state.kind === 'method' || behaviour === 'authentication_required';
  if (needsConfirmation && !isConfirmed) return 'authentication_required';
  succeed(state, { behaviour, lastFour }, now);
  return 'accepted';
}

/** Charges a payment method while the payer is absent. */
export function charge(state: SimulatedState, method: SimulatedState | undefined, now: Date): void {
  const behaviour = method?.status === 'succeeded' ? method.behaviour! : 'hard_decline';
  if (behaviour === 'authentication_required') state.status = 'authentication_required';
  else if (behaviour === 'soft_decline' || behaviour === 'hard_decline') decline(state, behaviour);
  else succeed(state, { behaviour, lastFour: method!.lastFour! }, now);
}

/** Refunds a part of a payment. A repeat with the same reference changes nothing. */
export function refund(state: SimulatedState, reference: string, amount: number, now: Date): ProviderRefund {
  const isPossible =
    state.status === 'succeeded' &&
    state.behaviour !== 'refund_refused' &&
    refundedAmountOf(state) + chargedBackAmountOf(state, now) + amount <= state.amount;
  return (state.refunds[reference] ??= { amount, status: isPossible ? 'succeeded' : 'failed' });
}

export function toProviderPayment(state: SimulatedState, url: string, now: Date): ProviderPayment {
  const isCaptured = state.status === 'succeeded';
  const chargedBackAmount = chargedBackAmountOf(state, now);
  const isWon =
    state.behaviour === 'chargeback_won' &&
    isCaptured &&
    now >= addHours(state.capturedAt!, CHARGEBACK_WON_AFTER_HOURS);
  return {
    status: state.status === 'deleted' ? 'failed' : state.status,
    url: isWaiting(state) ? url : null,
    capturedAmount: isCaptured ? state.amount : 0,
    capturedAt: state.capturedAt === null ? null : new Date(state.capturedAt),
    feeAmount: isCaptured ? Math.min(FEE_AMOUNT, state.amount) : 0,
    failure: state.failure,
    card: state.lastFour === null ? null : { ...CARD, lastFour: state.lastFour },
    chargedBackAmount,
    returnedAmount: isWon ? chargedBackAmount : 0,
  };
}

export function toProviderMethod(state: SimulatedState, token: string): ProviderMethod {
  if (state.status === 'succeeded')
    return { status: 'usable', token, card: { ...CARD, lastFour: state.lastFour! }, expiresOn: EXPIRES_ON };
  const status = state.status === 'open' ? 'open' : 'failed';
  return { status, token: null, card: null, expiresOn: null };
}

/** Returns the notifications of a change. Some behaviours lose, delay, repeat or reorder notifications. */
export function notificationsOfChange(
  { kind, status, behaviour, capturedAt }: SimulatedState,
  now: Date,
): SimulatedNotification[] {
  const changeNotification = { type: `${kind}.${status}`, sendAt: now };
  switch (behaviour) {
    case 'notification_lost':
      return [];
    case 'notification_late':
      return [{ ...changeNotification, sendAt: addHours(now, NOTIFICATION_LATE_HOURS) }];
    case 'notification_twice':
      return [changeNotification, changeNotification];
    case 'notification_reordered':
      return [changeNotification, { type: `${kind}.open`, sendAt: new Date(now.getTime() + 1) }];
    case 'chargeback':
    case 'chargeback_won':
      if (kind === 'method' || capturedAt === null) return [changeNotification];
      return [
        changeNotification,
        { type: 'payment.charged_back', sendAt: addHours(capturedAt, CHARGEBACK_AFTER_HOURS) },
        ...(behaviour === 'chargeback_won'
          ? [{ type: 'payment.chargeback_won', sendAt: addHours(capturedAt, CHARGEBACK_WON_AFTER_HOURS) }]
          : []),
      ];
    default:
      return [changeNotification];
  }
}

function succeed(
  state: SimulatedState,
  { behaviour, lastFour }: { behaviour: Behaviour; lastFour: string },
  now: Date,
): void {
  Object.assign(state, { status: 'succeeded', behaviour, lastFour, capturedAt: now.toISOString() });
}

function decline(state: SimulatedState, kind: 'soft_decline' | 'hard_decline'): void {
  state.status = 'failed';
  state.failure = { kind, reason: reasonOfDecline[kind] };
}

const refundedAmountOf = ({ refunds }: SimulatedState): number =>
  Object.values(refunds).reduce((sum, { amount, status }) => sum + (status === 'succeeded' ? amount : 0), 0);

/** Returns the amount that the bank of the payer has taken back: the amount that was not refunded. */
function chargedBackAmountOf(state: SimulatedState, now: Date): number {
  const isChargedBack =
    (state.behaviour === 'chargeback' || state.behaviour === 'chargeback_won') &&
    state.status === 'succeeded' &&
    now >= addHours(state.capturedAt!, CHARGEBACK_AFTER_HOURS);
  return isChargedBack ? state.amount - refundedAmountOf(state) : 0;
}
