/** The injection token of the registry of VAT numbers. */
export const VAT_NUMBER_REGISTRY = Symbol('VAT_NUMBER_REGISTRY');

/** The answer of a registry. */
export interface RegistryAnswer {
  /** The number that the answer is about, without spaces, signs and suffix. */
  readonly vatNumber: string;
  readonly status: 'valid' | 'invalid';
  readonly registry: 'vies' | 'uid' | 'simulator';
  /** The number with which the registry proves its answer; null when it gives none. */
  readonly consultationNumber: string | null;
}

/**
 * A registry of VAT numbers. A registry that is down, slow or answers nonsense throws: then the status of the number is
 * unknown. No call is made inside a database transaction.
 */
export interface VatNumberRegistry {
  /** `vatNumber` is a number for which `registryOf` names a registry. */
  check(vatNumber: string, signal: AbortSignal): Promise<RegistryAnswer>;
}

/** The number without spaces, signs and the suffix of a Swiss number. */
export const compactVatNumber = (vatNumber: string): string =>
  vatNumber.replaceAll(/[\s.-]/g, '').replace(/(?<=^CHE\d{9})(MWST|TVA|IVA)$/, '');

/** Asks the registry, at most for `timeoutMs`. Returns undefined when it gives no answer about this number. */
export async function askRegistry(
  registry: VatNumberRegistry,
  vatNumber: string,
  timeoutMs: number,
): Promise<RegistryAnswer | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const noAnswer = new Promise<undefined>((resolve) =>
    timeout.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  try {
    const answer = await Promise.race([registry.check(vatNumber, timeout), noAnswer]);
    return answer?.vatNumber === compactVatNumber(vatNumber) ? answer : undefined;
  } catch {
    // A registry that does not answer is an ordinary case: the status of the number stays unknown.
    return undefined;
  }
}
