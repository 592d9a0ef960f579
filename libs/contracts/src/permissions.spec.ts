import { describe, expect, it } from '@jest/globals';
import { contracts } from './catalogue.ts';
import { maySupport, permissions, type PermissionName } from './permissions.ts';

const behindPermissions = [...contracts].filter(([, { access }]) => access in permissions);
const commandsUnder = (level: 'read' | 'write', products: readonly unknown[] | null): string[] =>
  behindPermissions
    .flatMap(([name, { access, kind }]) =>
      kind === 'command' && maySupport(access as PermissionName, kind, { level, products }) ? [name] : [],
    )
    .sort();

/** A contract that is added and not meant for the staff shows here. */
describe('the provider’s staff under an access that the customer granted (SUP-3)', () => {
  it('does nothing where it was let in to read', () => {
    expect([commandsUnder('read', null), commandsUnder('read', [{}])]).toEqual([[], []]);
  });

  it('works on products where it was let in to write, and fetches documents; it changes no role, gives nothing, pays nothing and orders nothing', () => {
    expect(commandsUnder('write', null)).toEqual([
      'addResource',
      'blockProduct',
      'downloadDocument',
      'exportDocuments',
      'unblockProduct',
    ]);
    expect(commandsUnder('write', [{}])).toEqual([]);
  });

  it('sees orders, and neither places nor cancels them: who orders owes', () => {
    const open = ['createOrder', 'cancelOrder', 'getOrder'].map((name) => {
      const { access, kind } = contracts.get(name)!;
      return maySupport(access as PermissionName, kind, { level: 'write', products: null });
    });
    expect(open).toEqual([false, false, true]);
  });
});
