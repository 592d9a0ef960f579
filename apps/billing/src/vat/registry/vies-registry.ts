import * as z from 'zod';
import type { RegistryAnswer, VatNumberRegistry } from './vat-number-registry.ts';

const Answer = z.object({
  countryCode: z.string(),
  vatNumber: z.string(),
  valid: z.boolean(),
  requestIdentifier: z.string().nullish(),
});
const Failure = z.object({ errorWrappers: z.array(z.object({ error: z.string() })).min(1) });

/**
 * VIES, the registry of the European Commission for VAT numbers of the EU: its REST service `check-vat-number`
 * (https://ec.europa.eu/taxation_customs/vies/#/technical-information). Any failure throws, for example
 * `MS_UNAVAILABLE`.
 */
export class ViesRegistry implements VatNumberRegistry {
  constructor(
    private readonly url: string,
    /** A VAT number of the seller in the EU; with it, VIES gives a consultation number. */
    private readonly requesterNumber: string | undefined,
  ) {}

  async check(vatNumber: string, signal: AbortSignal): Promise<RegistryAnswer> {
    const response = await fetch(`${this.url}/check-vat-number`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        countryCode: vatNumber.slice(0, 2),
        vatNumber: vatNumber.slice(2),
        ...(this.requesterNumber && {
          requesterMemberStateCode: this.requesterNumber.slice(0, 2),
          requesterNumber: this.requesterNumber.slice(2),
        }),
      }),
      signal,
      redirect: 'error',
    });
    const body: unknown = await response.json();
    const failure = Failure.safeParse(body).data?.errorWrappers[0]!.error;
    // The member state has no VAT numbers of this form.
    if (failure === 'INVALID_INPUT')
      return { vatNumber, status: 'invalid', registry: 'vies', consultationNumber: null };
    if (failure) throw new Error(`VIES: ${failure}`);
    if (!response.ok) throw new Error(`VIES: status ${response.status}`);
    const answer = Answer.parse(body);
    return {
      vatNumber: `${answer.countryCode}${answer.vatNumber}`.replaceAll(/[\s.-]/g, ''),
      status: answer.valid ? 'valid' : 'invalid',
      registry: 'vies',
      consultationNumber: answer.requestIdentifier || null,
    };
  }
}
