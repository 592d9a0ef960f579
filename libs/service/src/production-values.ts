import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';

/** The check of a value in production. The metadata of a variable names the check (`productionCheck`). */
export type ProductionCheck =
  | 'public_url'
  | 'public_origins'
  | 'server_url'
  | 'mail_server_url'
  | 'mail_addresses'
  | 'domain'
  | 'random_secret'
  | 'set'
  | 'own_value';

/** Domains of examples (RFC 2606, RFC 6761), and the host name in descriptions such as `smtp://user:password@host`. */
const EXAMPLE_DOMAIN = /(^|\.)(example|test|invalid|example\.(com|net|org))$|^host$/;
/** Top-level domains that exist on no public network. The servers of an installation may have such names. */
const LOCAL_DOMAIN = /(^|\.)(localhost|local)$/;
/** The hosts that name the machine itself, as `URL` writes them. An IPv6 address can contain an IPv4 address. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f[\da-f]{2}:[\da-f]+|0:0)\])$/;
/** The server that receives the mails of demonstrations, in docker-compose.yml. */
const MAIL_CATCHER = 'mail-catcher';
/** The password in descriptions such as `nats://user:password@host:4222`. */
const EXAMPLE_PASSWORD = 'password';
/** A random secret of 32 characters has more different characters than this, in every usual encoding. */
const MIN_DIFFERENT_CHARACTERS = 10;

type Check = (value: string, sample: unknown) => string | undefined;

/** `sample` is the default. A variable without a value gets the problem "is missing" when its default has a problem. */
const checks: Readonly<Record<ProductionCheck, Check>> = {
  public_url(url) {
    const { username, password, search, hash } = new URL(url);
    if (username || password) return 'must not contain a user or a password';
    if (search || hash || /[?#]/.test(url)) return 'must not contain a query or a fragment';
    return publicAddressProblem(url);
  },
  public_origins: (list) => firstProblem(list, publicAddressProblem),
  server_url: (list) => firstProblem(list, serverProblem),
  mail_server_url(url) {
    const host = hostOf(url);
    if (LOOPBACK.test(host) || host.endsWith('.localhost') || host === MAIL_CATCHER)
      return 'must be a server that delivers mails: the mail catcher of demonstrations has this address';
    return serverProblem(url);
  },
  mail_addresses: (list) => firstProblem(list, (address) => domainProblem(/@([^\s>]+)/.exec(address)?.[1] ?? '')),
  domain: domainProblem,
  random_secret: (value) =>
    new Set(value).size < MIN_DIFFERENT_CHARACTERS
      ? 'must be random: npm run secrets generates random values'
      : undefined,
  // Every value is accepted, also the default.
  set: () => undefined,
  own_value: (value, sample) => (isDeepStrictEqual(value, sample) ? 'is the value of the demonstration' : undefined),
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
      const isMissing =
        kind === 'set' ||
        kind === 'own_value' ||
        (typeof sample === 'string' && checks[kind](sample, sample) !== undefined);
      return isMissing ? [`${name}: is missing`] : [];
    }
    const parsed = (field as z.ZodType).safeParse(text);
    if (!parsed.success) return [];
    // The text replaces a value that the schema transforms, for example to a list. Lists are compared as a whole.
    const value = kind === 'own_value' || typeof parsed.data === 'string' ? parsed.data : text;
    const problem = checks[kind](value as string, sample);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

/** Returns the first problem of the entries of a list that is separated by commas. */
function firstProblem(list: string, check: (entry: string) => string | undefined): string | undefined {
  const entries = list.split(',').filter((entry) => entry.trim() !== '');
  return entries.map((entry) => check(entry.trim())).find((problem) => problem !== undefined);
}

function publicAddressProblem(url: string): string | undefined {
  const host = hostOf(url);
  if (LOOPBACK.test(host) || LOCAL_DOMAIN.test(host) || EXAMPLE_DOMAIN.test(host))
    return 'must be an address that customers can reach';
  return new URL(url).protocol === 'https:' ? undefined : 'must start with https://';
}

/** A server may be on the same machine or have a local domain, for example in Kubernetes. */
function serverProblem(url: string): string | undefined {
  if (new URL(url).password === EXAMPLE_PASSWORD) return 'has the password of an example';
  const host = hostOf(url);
  return EXAMPLE_DOMAIN.test(host) ? `${host} is a host name of examples` : undefined;
}

function domainProblem(text: string): string | undefined {
  const domain = text.toLowerCase().replace(/\.$/, '');
  return EXAMPLE_DOMAIN.test(domain) || LOCAL_DOMAIN.test(domain) ? `${domain} is a domain of examples` : undefined;
}

/** The host in its normal form: `URL` normalizes only the hosts of schemes that browsers know. */
function hostOf(url: string): string {
  const httpUrl = `http://${new URL(url).host}`;
  return URL.canParse(httpUrl) ? new URL(httpUrl).hostname.replace(/\.$/, '') : '';
}
