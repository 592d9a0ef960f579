import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { contracts, events } from './catalogue.ts';
import { sharedErrors } from './contract.ts';
import { permissions } from './permissions.ts';

describe.each([...contracts])('contract %s', (_name, contract) => {
  it('has a well-formed subject, and a route unless only services may call the contract', () => {
    expect(contract.subject).toMatch(/^rpc\.[a-z]+\.[a-z_]+\.[a-z_]+\.v\d+$/);
    expect(contract.http === undefined).toBe(contract.access === 'service');
  });

  it('declares its callers when it has no route', () => {
    expect(contract.http !== undefined || contract.callers !== undefined).toBe(true);
  });

  it('has an organization in the path when it requires a permission', () => {
    if (['public', 'account', 'staff', 'service'].includes(contract.access)) return;
    expect(Object.keys(permissions)).toContain(contract.access);
    expect(contract.http?.path).toContain('/:organizationId');
  });

  it('has a path whose parameters are fields of the input', () => {
    const fields = Object.keys((contract.input as unknown as { shape: object }).shape);
    for (const [, parameter] of contract.http?.path.matchAll(/:(\w+)/g) ?? []) expect(fields).toContain(parameter);
  });

  it('has an example that its schemas accept', () => {
    expect(contract.input.safeParse(contract.example.input).error).toBeUndefined();
    expect(contract.output.safeParse(contract.example.output).error).toBeUndefined();
  });

  it('declares well-formed error codes, and no shared code except PERMISSION_DENIED', () => {
    for (const code of Object.keys(contract.errors)) expect(code).toMatch(/^[A-Z][A-Z_]+$/);
    // A contract may declare PERMISSION_DENIED again, to give the error a more precise title.
    const sharedCodes = Object.keys(contract.errors).filter(
      (code) => code in sharedErrors && code !== 'PERMISSION_DENIED',
    );
    expect(sharedCodes).toEqual([]);
  });

  it('declares errors that end in NOT_FOUND with the status 404, and errors that end in UNKNOWN with 422', () => {
    for (const [code, { status }] of Object.entries(contract.errors)) {
      if (code.endsWith('_NOT_FOUND')) expect([code, status]).toEqual([code, 404]);
      if (code.endsWith('_UNKNOWN')) expect([code, status]).toEqual([code, 422]);
    }
  });

  it('shares its subject and its route with no other contract', () => {
    const others = [...contracts.values()].filter((other) => other !== contract);
    expect(others.some((other) => other.subject === contract.subject)).toBe(false);
    if (contract.http)
      expect(
        others.some((other) => other.http?.method === contract.http!.method && other.http.path === contract.http!.path),
      ).toBe(false);
  });
});

describe('a recent sign-in', () => {
  /** Commands of identity that do not change who can sign in or what a person may do, with the reason. */
  const withoutRecentSignIn: Record<string, string> = {
    confirmSignUp: 'asks for the token of the mail',
    requestSignUp: 'has no effect before the confirmation',
    createSession: 'is the sign-in',
    renewSignIn: 'is the sign-in',
    requestPasswordReset: 'has no effect before the confirmation',
    confirmPasswordReset: 'asks for the token of the mail',
    refreshSession: 'keeps the time of the sign-in',
    endSession: 'only takes access away from the caller',
    revokeApiToken: 'only takes access away from the caller',
    createOrganization: 'gives rights in a new organization only',
    acceptInvitation: 'requires a recent sign-in in its handler, when the caller is signed in',
    declineInvitation: 'gives nothing',
    cancelInvitation: 'gives nothing',
    revokeSupportAccess: 'only takes access away from staff',
    leaveSupportAccess: 'only takes access away from the caller',
    moveClock: 'exists in test and demonstration mode only',
  };

  it('is required by each public command of identity, except by the listed ones', () => {
    const commands = [...contracts].filter(
      ([, { kind, http, subject }]) => kind === 'command' && http && subject.startsWith('rpc.identity.'),
    );
    const exempt = commands.filter(([, contract]) => !contract.requiresRecentSignIn).map(([name]) => name);
    expect(exempt.sort()).toEqual(Object.keys(withoutRecentSignIn).sort());
  });

  /** Staff commands of the other services that pay no money out, with the reason. */
  const staffWithoutRecentSignIn: Record<string, string> = {
    importBankFile: 'books money that the bank has moved',
    startBankFileImport: 'books money that the bank has moved',
    acceptStatementGap: 'moves no money',
    assignSuspense: 'moves money to prepaid or to a document',
    writeOffSuspense: 'moves no money out',
    writeOffInvoice: 'moves no money',
    correctVat: 'refunds to prepaid',
    setJournalAccount: 'moves no money',
    setOfficialRate: 'moves no money',
    downloadPaymentFile: 'changes nothing',
    setPrice: 'moves no money',
    withdrawPrice: 'moves no money',
    createProductType: 'moves no money',
    changeProductType: 'moves no money',
    retireProductType: 'moves no money',
    reinstateProductType: 'moves no money',
  };

  it('is required by each command of staff outside of identity, except by the listed ones', () => {
    const commands = [...contracts].filter(
      ([, { kind, access, subject }]) =>
        kind === 'command' && access === 'staff' && !subject.startsWith('rpc.identity.'),
    );
    const exempt = commands.filter(([, contract]) => !contract.requiresRecentSignIn).map(([name]) => name);
    expect(exempt.sort()).toEqual(Object.keys(staffWithoutRecentSignIn).sort());
  });

  it('is required only where the caller is signed in', () => {
    for (const contract of contracts.values())
      if (contract.requiresRecentSignIn) expect(['public', 'service']).not.toContain(contract.access);
  });
});

describe('the texts of inputs', () => {
  const NUL_TEXT = 'a\u0000b';
  /** Fields whose text never reaches the database, with the reason. */
  const acceptsNul: Record<string, string> = {
    password: 'is hashed',
    currentPassword: 'is hashed',
    cursor: 'is decoded and checked by the list',
    'receiveCardNotification body': 'is only compared with its signature',
    'receiveCardNotification headers.webhook-signature': 'is only compared',
    'createApiToken scopes.0': 'must be one of the known scopes',
    'createApiToken scopes.1': 'must be one of the known scopes',
  };

  type Path = readonly string[];
  const textPathsOf = (value: unknown, path: Path = []): Path[] => {
    if (typeof value === 'string') return [path];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => textPathsOf(part, [...path, key]));
  };
  const withText = (value: unknown, [key, ...rest]: Path): unknown => {
    if (key === undefined) return NUL_TEXT;
    const copy = structuredClone(value) as Record<string, unknown>;
    copy[key] = withText(copy[key], rest);
    return copy;
  };

  it('refuse NUL, which PostgreSQL cannot store, except in the listed fields', () => {
    const accepted = [...contracts].flatMap(([name, { http, input, example }]) => {
      if (!http) return [];
      const shape = 'shape' in input ? (input.shape as Record<string, z.ZodType>) : {};
      const fields = Object.keys(shape).filter((field) => shape[field]!.safeParse(NUL_TEXT).success);
      const paths = textPathsOf(example.input).filter((path) => input.safeParse(withText(example.input, path)).success);
      return [...new Set([...fields, ...paths.map((path) => path.join('.'))])]
        .filter((field) => !(field in acceptsNul) && !(`${name} ${field}` in acceptsNul))
        .map((field) => `${name} ${field}`);
    });
    expect(accepted).toEqual([]);
  });
});

describe('error codes', () => {
  it('have one status each, also when several contracts declare the same code', () => {
    const declared = [sharedErrors, ...[...contracts.values()].map(({ errors }) => errors)].flatMap((errors) =>
      Object.entries(errors),
    );
    const declarationsByCode = Map.groupBy(declared, ([code]) => code);
    const codesWithSeveralStatuses = [...declarationsByCode].flatMap(([code, declarations]) =>
      new Set(declarations.map(([, { status }]) => status)).size > 1 ? [code] : [],
    );
    expect(codesWithSeveralStatuses).toEqual([]);
  });
});

describe.each([...events])('event %s', (_name, event) => {
  it('has a well-formed subject, and an example that passes its schema and contains the entity id', () => {
    expect(event.subject).toMatch(/^evt\.[a-z]+\.[a-z_]+\.[a-z_]+\.v\d+$/);
    const parsed = event.data.safeParse(event.example);
    expect(parsed.error).toBeUndefined();
    expect(typeof (parsed.data as Record<string, unknown>)[event.entity]).toBe('string');
  });
});
