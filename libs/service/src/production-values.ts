import type * as z from 'zod';

/** The check of a value in production. The metadata of a variable names the check (`productionCheck`). */
export type ProductionCheck = 'public_url' | 'mail_addresses' | 'random_secret' | 'set' | 'own_value';

/** Top-level domains that exist on no public network, and the domains of examples (RFC 2606, RFC 6761). */
const RESERVED_DOMAIN = /(^|\.)(example|test|invalid|localhost|local|example\.(com|net|org))$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;
/** A random secret of 32 characters has more different characters than this, in every usual encoding. */
const MIN_DIFFERENT_CHARACTERS = 10;

type Check = (value: string, sample: unknown) => string | undefined;

/** `sample` is the default. A variable without a value gets the problem "is missing" when its default has a problem. */
const checks: Readonly<Record<ProductionCheck, Check>> = {
  public_url(value) {
    const { hostname, protocol } = new URL(value);
    if (LOOPBACK.test(hostname) || RESERVED_DOMAIN.test(hostname)) return 'must be an address that customers can reach';
    return protocol === 'https:' ? undefined : 'must start with https://';
  },
  mail_addresses(value) {
    const domains = [...value.matchAll(/@([^\s>,]+)/g)].map(([, domain]) => domain!.toLowerCase());
    const reserved = domains.find((domain) => RESERVED_DOMAIN.test(domain));
    return reserved === undefined ? undefined : `${reserved} is a domain of examples`;
  },
  random_secret: (value) =>
    new Set(value).size < MIN_DIFFERENT_CHARACTERS
      ? 'must be random: npm run secrets generates random values'
      : undefined,
  // Every value is accepted, also the default.
  set: () => undefined,
  own_value: (value, sample) => (value === sample ? 'is the value of the demonstration' : undefined),
};

/**
 * Finds the values of demonstrations and examples, which production does not accept. Returns a text `NAME: problem` for
 * each value. `values` are the texts of the environment. A value that its schema rejects is not checked.
 */
export function productionProblems(schema: z.ZodObject, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const kind = (field as z.ZodType).meta()?.['productionCheck'] as ProductionCheck | undefined;
    if (kind === undefined) return [];
    const sample = (field as z.ZodType).safeParse(undefined).data;
    const text = values[name];
    if (text === undefined) {
      const isMissing = kind === 'set' || (typeof sample === 'string' && checks[kind](sample, sample) !== undefined);
      return isMissing ? [`${name}: is missing`] : [];
    }
    const parsed = (field as z.ZodType).safeParse(text);
    if (!parsed.success) return [];
    // The text replaces a value that the schema transforms, for example to a list.
    const problem = checks[kind](typeof parsed.data === 'string' ? parsed.data : text, sample);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}
