import { describe, expect, it } from '@jest/globals';
import { contracts } from './catalogue.ts';
import { supportAccessAllows, permissions, type PermissionName } from './permissions.ts';

const contractsWithPermission = [...contracts].filter(([, { access }]) => access in permissions);
/** The `products` of a support access to the whole organization, and of a support access to one listed product. */
const [wholeOrganization, oneProduct] = [null, [{}]];
const commandsUnder = (level: 'read' | 'write', products: readonly unknown[] | null): string[] =>
  contractsWithPermission
    .flatMap(([name, { access, kind }]) =>
      kind === 'command' && supportAccessAllows(access as PermissionName, kind, { level, products }) ? [name] : [],
    )
    .sort();

/** These tests fail when staff can execute a new command by mistake. */
describe('staff under a support access (SUP-3)', () => {
  it('execute no commands with level read', () => {
    expect([commandsUnder('read', wholeOrganization), commandsUnder('read', oneProduct)]).toEqual([[], []]);
  });

  it('execute eight commands with level write, and none of them under an access to listed products', () => {
    expect(commandsUnder('write', wholeOrganization)).toEqual([
      'addResource',
      'blockProduct',
      'downloadDocument',
      'downloadDocumentExport',
      'downloadEInvoice',
      'downloadReceipt',
      'startDocumentExport',
      'unblockProduct',
    ]);
    expect(commandsUnder('write', oneProduct)).toEqual([]);
  });

  it('read orders, but do not create or cancel them, because an order is a debt', () => {
    const allowed = ['createOrder', 'cancelOrder', 'getOrder'].map((name) => {
      const { access, kind } = contracts.get(name)!;
      return supportAccessAllows(access as PermissionName, kind, { level: 'write', products: wholeOrganization });
    });
    expect(allowed).toEqual([false, false, true]);
  });
});
