import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { BillingConfig } from '../config.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { CardSimulator } from './simulator/card-simulator.ts';

/** Returns the payment provider of the configuration; null when the installation does not accept cards. */
export function chooseProvider(config: BillingConfig, background: BackgroundTransactions): PaymentProvider | null {
  // Outside of production, the simulator is the default.
  const name = config.CARD_PROVIDER ?? (config.CORDEE_MODE === 'production' ? 'none' : 'simulator');
  return name === 'simulator' ? new CardSimulator(background, config.PUBLIC_URL) : null;
}

/** The page to which the payer returns from the page of the provider. */
export const returnUrlOf = ({ PUBLIC_URL }: BillingConfig): string => `${PUBLIC_URL}/card-payment`;
