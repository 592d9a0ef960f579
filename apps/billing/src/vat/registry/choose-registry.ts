import { registryOf } from '../../addresses/vat-number.ts';
import type { BillingConfig } from '../../config.ts';
import { RegistrySimulator } from './registry-simulator.ts';
import { UidRegistry } from './uid-registry.ts';
import type { VatNumberRegistry } from './vat-number-registry.ts';
import { ViesRegistry } from './vies-registry.ts';

/** Returns the registry of the configuration. Outside of production, the simulator is the default. */
export function chooseRegistry(config: BillingConfig): VatNumberRegistry {
  const name = config.VAT_REGISTRY ?? (config.CORDEE_MODE === 'production' ? 'official' : 'simulator');
  return name === 'simulator' ? new RegistrySimulator() : officialRegistries(config);
}

function officialRegistries({
  VIES_URL,
  UID_REGISTER_URL,
  SELLER_VAT_REGISTRATIONS,
}: BillingConfig): VatNumberRegistry {
  const euNumber = SELLER_VAT_REGISTRATIONS.map(({ number }) => number).find(
    (number) => number !== null && registryOf(number) === 'vies',
  );
  const vies = new ViesRegistry(VIES_URL, euNumber ?? undefined);
  const uid = new UidRegistry(UID_REGISTER_URL);
  return {
    check: (vatNumber, signal) => (registryOf(vatNumber) === 'uid' ? uid : vies).check(vatNumber, signal),
  };
}
