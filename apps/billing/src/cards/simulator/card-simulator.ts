import { randomBytes } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { newId, toUuid } from '@cordee/contracts/id';
import type { Money } from '@cordee/money/money';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import { isValidNotification, signNotification } from '../notification-signature.ts';
import type {
  NotificationRequest,
  PaymentProvider,
  ProviderMethod,
  ProviderPayment,
  ProviderRefund,
} from '../payment-provider.ts';
import {
  charge,
  expireIfDue,
  isWaiting,
  newState,
  notificationsOfChange,
  refund,
  toProviderMethod,
  toProviderPayment,
  useCard,
  type SimulatedState,
} from './simulated-payment.ts';
import { behaviourOf } from './simulated-cards.ts';

/** The secret is public: a notification only causes a look-up. */
const SECRET = 'the secret of the card simulator';

interface StoredState {
  token: string;
  state: SimulatedState;
}

/** Simulates that the provider has executed a call, but the answer got lost. */
class SimulatedTimeOut extends Error {}

/**
 * Simulates a payment provider in demonstrations and tests. It has tables of its own, and each call has its own
 * transaction, like a call to another system. The test card decides the behaviour.
 */
export class CardSimulator implements PaymentProvider {
  constructor(
    private readonly background: Pick<BackgroundTransactions, 'asSystem'>,
    private readonly publicUrl: string,
  ) {}

  async startPayment({
    reference,
    amount,
    returnUrl,
  }: {
    reference: string;
    amount: Money;
    returnUrl: string;
  }): Promise<{
    url: string;
  }> {
    const newStateFields = { kind: 'payment' as const, returnUrl, amount: amount.amount, currency: amount.currency };
    return { url: this.urlOf((await this.readOrChange(reference, newStateFields, () => false)).token) };
  }

  async chargeMethod({
    reference,
    amount,
    token,
    returnUrl,
  }: {
    reference: string;
    amount: Money;
    token: string;
    returnUrl: string;
  }): Promise<ProviderPayment> {
    const method = await this.findByToken(token);
    const newStateFields = { kind: 'payment' as const, returnUrl, amount: amount.amount, currency: amount.currency };
    let isNew = false;
    const payment = await this.readOrChange(reference, newStateFields, (state, now) => {
      isNew = state.status === 'open';
      if (isNew) charge(state, method?.state, now);
      return isNew;
    });
    if (isNew) this.throwIfAnswerIsLost(payment.state);
    return (await this.findPayment(reference))!;
  }

  async findPayment(reference: string): Promise<ProviderPayment | undefined> {
    const found = await this.readOrChange(reference, undefined, () => false);
    return found && toProviderPayment(found.state, this.urlOf(found.token), found.now);
  }

  async refund({
    reference,
    paymentReference,
    amount,
  }: {
    reference: string;
    paymentReference: string;
    amount: Money;
  }): Promise<ProviderRefund> {
    let isNew = false;
    const payment = await this.readOrChange(paymentReference, undefined, (state, now) => {
      isNew = state.refunds[reference] === undefined;
      refund(state, reference, amount.amount, now);
      return isNew;
    });
    if (!payment) throw new Error(`no payment has the reference ${paymentReference}`);
    if (isNew) this.throwIfAnswerIsLost(payment.state);
    return payment.state.refunds[reference]!;
  }

  async findRefund({
    reference,
    paymentReference,
  }: {
    reference: string;
    paymentReference: string;
  }): Promise<ProviderRefund | undefined> {
    return (await this.readOrChange(paymentReference, undefined, () => false))?.state.refunds[reference];
  }

  async startMethod({ reference, returnUrl }: { reference: string; returnUrl: string }): Promise<{ url: string }> {
    const newStateFields = { kind: 'method' as const, returnUrl, amount: 0, currency: 'CHF' };
    return { url: this.urlOf((await this.readOrChange(reference, newStateFields, () => false)).token) };
  }

  async findMethod(reference: string): Promise<ProviderMethod | undefined> {
    const found = await this.readOrChange(reference, undefined, () => false);
    return found && toProviderMethod(found.state, found.token);
  }

  async deleteMethod(reference: string): Promise<void> {
    await this.readOrChange(reference, undefined, (state) => {
      state.status = 'deleted';
      return false;
    });
  }

  readNotification(request: NotificationRequest, now: Date): { reference: string | null } | undefined {
    if (!isValidNotification(SECRET, request, now)) return undefined;
    return { reference: /"reference":"([\w.-]+)"/.exec(request.body)?.[1] ?? null };
  }

  /** Signs the body of a notification. */
  sign(body: string, now: Date): NotificationRequest {
    return { body, headers: signNotification(SECRET, { id: newId('evt', now), body }, now) };
  }

  /** Returns the state that the page of the simulator shows. */
  async describe(token: string): Promise<SimulatedState> {
    const found = await this.findByToken(token);
    if (!found) throw new DomainError('SIMULATED_PAYMENT_NOT_FOUND');
    return found.state;
  }

  /** Pays with a test card, or stores the card, like a payer on the page. */
  async pay({ token, number, isConfirmed }: { token: string; number: string; isConfirmed: boolean }): Promise<{
    outcome: ReturnType<typeof useCard>;
    returnUrl: string;
  }> {
    const behaviour = behaviourOf(number);
    if (!behaviour) throw inputError('TEST_CARD_UNKNOWN', ['/number'], 'is not the number of a test card');
    const lastFour = number.replaceAll(/\D/g, '').slice(-'0000'.length);
    const found = await this.findByToken(token);
    if (!found) throw new DomainError('SIMULATED_PAYMENT_NOT_FOUND');
    const outcomes: ReturnType<typeof useCard>[] = [];
    const { state } = (await this.readOrChange(found.reference, undefined, (each, now) => {
      if (!isWaiting(each)) throw new DomainError('SIMULATED_PAYMENT_CLOSED');
      outcomes.push(useCard(each, { behaviour, lastFour, isConfirmed }, now));
      return !isWaiting(each);
    }))!;
    const outcome = outcomes[0]!;
    if (outcome === 'accepted' && state.kind === 'payment' && behaviour === 'time_out_after_success')
      throw new DomainError('CARD_PROVIDER_UNAVAILABLE');
    return { outcome, returnUrl: state.returnUrl };
  }

  private async findByToken(token: string): Promise<(StoredState & { reference: string }) | undefined> {
    const [row] = await this.background.asSystem(({ em }) =>
      em.execute<{ reference: string }[]>(`select reference from card_simulator where token = ?`, [token]),
    );
    if (!row) return undefined;
    const found = await this.readOrChange(row.reference, undefined, () => false);
    return { ...found!, reference: row.reference };
  }

  /**
   * Reads or changes the state of a reference. With `newStateFields`, creates a missing state. `changeState`
   * returns true when the simulator must send the notifications of the change.
   */
  private readOrChange(
    reference: string,
    newStateFields: Parameters<typeof newState>[0],
    changeState: (state: SimulatedState, now: Date) => boolean,
  ): Promise<StoredState & { now: Date }>;
  private readOrChange(
    reference: string,
    newStateFields: undefined,
    changeState: (state: SimulatedState, now: Date) => boolean,
  ): Promise<(StoredState & { now: Date }) | undefined>;
  private readOrChange(
    reference: string,
    newStateFields: Parameters<typeof newState>[0] | undefined,
    changeState: (state: SimulatedState, now: Date) => boolean,
  ): Promise<(StoredState & { now: Date }) | undefined> {
    return this.background.asSystem(async ({ em, now }) => {
      if (newStateFields)
        await em.execute(
          `insert into card_simulator (reference, token, state) values (?, ?, ?::jsonb) on conflict do nothing`,
          [reference, randomBytes(18).toString('base64url'), JSON.stringify(newState(newStateFields, now))],
        );
      const [stored] = await em.execute<StoredState[]>(
        `select token, state from card_simulator where reference = ? for update`,
        [reference],
      );
      if (!stored) return undefined;
      const { state } = stored;
      expireIfDue(state, now);
      const isChanged = changeState(state, now);
      await em.execute(`update card_simulator set state = ?::jsonb where reference = ?`, [
        JSON.stringify(state),
        reference,
      ]);
      for (const { type, sendAt } of isChanged ? notificationsOfChange(state, now) : [])
        await em.execute(`insert into card_simulator_notification (id, body, send_at) values (?, ?, ?)`, [
          toUuid(newId('evt', now)),
          JSON.stringify({ type, reference }),
          sendAt,
        ]);
      return { ...stored, now };
    });
  }

  private throwIfAnswerIsLost({ behaviour }: SimulatedState): void {
    if (behaviour === 'time_out_after_success') throw new SimulatedTimeOut('the payment provider does not answer');
  }

  private urlOf(token: string): string {
    return `${this.publicUrl}/card-simulator?token=${token}`;
  }
}
