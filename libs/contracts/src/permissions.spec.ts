import { describe, expect, it } from '@jest/globals';
import { contracts } from './catalogue.ts';
import { maySupport, permissions, type PermissionName } from './permissions.ts';

const contractsWithPermission = [...contracts].filter(([, { access }]) => access in permissions);
const commandsUnder = (level: 'read' | 'write', products: readonly unknown[] | null): string[] =>
  contractsWithPermission
    .flatMap(([name, { access, kind }]) =>
      kind === 'command' && maySupport(access as PermissionName, kind, { level, products }) ? [name] : [],
    )
    .sort();

/** These tests fail when staff can execute a new command by mistake. */
describe('staff under a support access (SUP-3)', () => {
  it('execute no commands with level read', () => {
    expect([commandsUnder('read', null), commandsUnder('read', [{}])]).toEqual([[], []]);
  });

  it('execute only commands on products and documents with level write', () => {
    expect(commandsUnder('write', null)).toEqual([
      'addResource',
      'blockProduct',
      'downloadDocument',
      'exportDocuments',
      'unblockProduct',
    ]);
    expect(commandsUnder('write', [{}])).toEqual([]);
  });

  it('read orders, but do not create or cancel them, because an order is a debt', () => {
    const allowed = ['createOrder', 'cancelOrder', 'getOrder'].map((name) => {
      const { access, kind } = contracts.get(name)!;
      return maySupport(access as PermissionName, kind, { level: 'write', products: null });
    });
    expect(allowed).toEqual([false, false, true]);
  });
});
