import { describe, expect, it } from '@jest/globals';
import { People } from '@cordee/access/people';
import type { ReminderKind } from '../plan/reminder.ts';
import { isOnlyRepresentative, recipientsOf, maySeeDocuments, type HasPermission, type Person } from './recipients.ts';

const person = (name: string, role: Person['role'], flags: Person['flags'] = []): Person => ({
  accountId: `acc_${name}`,
  name,
  email: `${name}@example.ch`,
  locale: 'en',
  role,
  flags,
  isBlocked: false,
});
const chief = person('chief', 'legal_representative', ['reminders.email']);
const quietAdmin = person('admin', 'administrator');
const payer = person('payer', 'collaborator', ['billing.pay']);
const fiduciary = person('fiduciary', 'external', ['billing.view', 'reminders.email']);
const watcher = person('watcher', 'collaborator', ['reminders.email']);
const blocked = { ...person('blocked', 'legal_representative', ['reminders.email']), isBlocked: true };
const externalPayer = person('externalPayer', 'external', ['billing.pay']);
const everybody = [chief, quietAdmin, payer, fiduciary, watcher, blocked, externalPayer];
const members = new People();
members.apply({
  changed: null,
  support: [],
  people: everybody.map((each) => ({
    accountId: each.accountId,
    memberId: 'mem_x' as const,
    role: each.role,
    flags: each.flags,
    isBlocked: each.isBlocked,
  })),
});
const hasPermission: HasPermission = ({ accountId }, permission) => members.may(accountId, permission);

describe('recipients', () => {
  it.each<[ReminderKind, string[]]>([
    ['renewal_notice', ['chief', 'fiduciary', 'watcher']],
    ['invoice_reminder', ['chief', 'fiduciary', 'watcher']],
    ['warranty_notice', ['chief', 'admin', 'payer', 'fiduciary', 'watcher']],
    ['invoice_final_reminder', ['chief', 'admin', 'payer', 'fiduciary', 'watcher']],
    ['receipt', ['chief', 'fiduciary']],
  ])('of %s are %j', (kind, names) =>
    expect(recipientsOf(kind, everybody, hasPermission).map(({ name }) => name)).toEqual(names),
  );

  it('are the legal representatives when no member has the reminder flag', () => {
    expect(
      recipientsOf('renewal_notice', [person('alone', 'legal_representative'), quietAdmin], hasPermission),
    ).toMatchObject([{ name: 'alone' }]);
  });

  it('see document data only with the permission; a payer without the permission does not (C-ROL-13)', () => {
    expect(everybody.filter((each) => maySeeDocuments(each, hasPermission)).map(({ name }) => name)).toEqual([
      'chief',
      'admin',
      'fiduciary',
    ]);
  });
});

describe('isOnlyRepresentative', () => {
  it.each<[boolean, string, Person[]]>([
    [true, 'no other person is a legal representative', [chief, quietAdmin, payer]],
    [true, 'the other legal representative is blocked', [chief, blocked]],
    [false, 'there is another active legal representative', [chief, person('second', 'legal_representative')]],
  ])('is %s for a legal representative when %s', (isOnly, _, people) => {
    expect(isOnlyRepresentative(chief, people)).toBe(isOnly);
  });
});
