import type * as z from 'zod';

/** The check of a value in production. The metadata of a variable names it (`productionCheck`). */
export type ProductionCheck = 'public_url' | 'mail_addresses' | 'random_secret';

/** Top-level domains that exist on no public network, and the domains of examples (RFC 2606, RFC 6761). */
const RESERVED_DOMAIN = /(^|\.)(example|test|invalid|localhost|local|example\.(com|net|org))$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;
/** A random secret of 32 characters has more different characters than this, in every usual encoding. */
const MIN_DIFFERENT_CHARACTERS = 10;

const checks: Readonly<Record<ProductionCheck, (value: string) => string | undefined>> = {
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
    new Set(value).size < MIN_DIFFERENT_CHARACTERS ? 'must be random: npm run secrets generates it' : undefined,
};

/**
 * Finds the values of demonstrations and examples, which production does not accept: `NAME: problem` each. `values` are
 * the parsed values of the schema; the texts of `raw` replace values that the schema transforms.
 */
export function productionProblems(
  schema: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
  raw: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const kind = (field as z.ZodType).meta()?.['productionCheck'] as ProductionCheck | undefined;
    const value = raw[name] ?? values[name];
    if (kind === undefined || typeof value !== 'string') return [];
    const problem = checks[kind](value);
    if (problem === undefined) return [];
    return [`${name}: ${raw[name] === undefined ? 'is missing' : problem}`];
  });
}
