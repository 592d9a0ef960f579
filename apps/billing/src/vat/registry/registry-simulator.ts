import { setTimeout } from 'node:timers/promises';
import { compactVatNumber, type RegistryAnswer, type VatNumberRegistry } from './vat-number-registry.ts';

/** How long the simulator takes for a slow number: longer than any caller waits. */
const SLOW_MS = 60_000;

/**
 * Simulates a registry in demonstrations and tests. The last three digits of a number decide: 200 is refused, 300 gets
 * no answer because the registry is down, 400 an answer that comes too late, 500 an answer about another number. Every
 * other number is confirmed.
 */
export class RegistrySimulator implements VatNumberRegistry {
  async check(vatNumber: string, signal: AbortSignal): Promise<RegistryAnswer> {
    const compact = compactVatNumber(vatNumber);
    const ending = compact.replaceAll(/\D/g, '').slice(-3);
    if (ending === '300') throw new Error('the simulated registry is down');
    if (ending === '400') await setTimeout(SLOW_MS, undefined, { signal, ref: false });
    return {
      vatNumber: ending === '500' ? `${compact.slice(0, -1)}9` : compact,
      status: ending === '200' ? 'invalid' : 'valid',
      registry: 'simulator',
      consultationNumber: ending === '200' ? null : `SIM-${compact}`,
    };
  }
}
