import { describe, expect, it } from '@jest/globals';
import type { Kind } from '../plan/reminder.ts';
import { recipientsOf, seesDocuments, type Person } from './recipients.ts';

const person = (name: string, role: Person['role'], flags: Person['flags'] = [], isBlocked = false): Person => ({ accountId: `acc_${name}`, name, email: `${name}@example.ch`, locale: 'en', role, flags, isBlocked });
const chief = person('chief', 'legal_representative', ['reminders.email']);
const quietAdmin = person('admin', 'administrator');
const payer = person('payer', 'collaborator', ['billing.pay']);
const fiduciary = person('fiduciary', 'external', ['billing.view', 'reminders.email']);
const watcher = person('watcher', 'collaborator', ['reminders.email']);
const blocked = person('blocked', 'legal_representative', ['reminders.email'], true);
const everybody = [chief, quietAdmin, payer, fiduciary, watcher, blocked];

describe('recipients', () => {
  it.each<[Kind, string[]]>([
    ['renewal_notice', ['chief', 'fiduciary', 'watcher']],
    ['invoice_reminder', ['chief', 'fiduciary', 'watcher']],
    ['warranty_notice', ['chief', 'admin', 'payer', 'fiduciary', 'watcher']],
    ['invoice_final_reminder', ['chief', 'admin', 'payer', 'fiduciary', 'watcher']],
    ['receipt', ['chief', 'fiduciary']],
  ])('of %s are %j', (kind, names) => expect(recipientsOf(kind, everybody).map(({ name }) => name)).toEqual(names));

  it('are the legal representatives when nobody else is left', () => {
    expect(recipientsOf('renewal_notice', [person('alone', 'legal_representative'), quietAdmin])).toMatchObject([{ name: 'alone' }]);
  });

  it('see documents with a billing right only (C-ROL-13)', () => {
    expect(everybody.filter(seesDocuments).map(({ name }) => name)).toEqual(['chief', 'admin', 'payer', 'fiduciary', 'blocked']);
  });
});
