import { toId } from '@cordee/contracts/id';
import { writeCursor } from '@cordee/service/list-cursor';

const PAGE = 20;
const idOrNull = (prefix, uuid) => (uuid === null ? null : toId(prefix, uuid));

/** SQL of documents with their lines. The first parameter is today, the second the organization. */
const documentsSql = `
  select id, kind, number, case when status = 'issued' and due_on < $1::date then 'expired' else status end as status,
         issued_on::text, due_on::text, paid_on::text, held_until::text, currency, net, vat, total,
         case when status in ('open', 'part_paid') or (status = 'issued' and due_on >= $1::date)
              then total - paid_amount else 0 end as open_amount,
         reference, order_id, buyer, lines
  from document
  cross join lateral (
    select json_agg(json_build_object(
      'product_id', product_id, 'text', text, 'net', net, 'vat', vat_basis_points,
      'start', period_start, 'end', period_end
    ) order by position) as lines
    from document_line where organization_id = $2 and document_id = document.id
  ) document_lines
  where organization_id = $2`;

const withoutNulls = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function viewDocument(row) {
  const { currency } = row;
  const money = (amount) => ({ amount: Number(amount), currency });
  return {
    id: toId(row.kind === 'invoice' ? 'inv' : 'pfm', row.id),
    kind: row.kind,
    number: row.number,
    status: row.status,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    paidOn: row.paid_on,
    net: money(row.net),
    vat: money(row.vat),
    total: money(row.total),
    open: money(row.open_amount),
    heldUntil: row.held_until,
    reference: row.reference,
    orderId: idOrNull('ord', row.order_id),
    buyer: withoutNulls(row.buyer),
    lines: row.lines.map((line) => ({
      productId: idOrNull('prd', line.product_id),
      text: line.text,
      net: money(line.net),
      vatRate: String(line.vat / 100),
      periodStart: line.start,
      periodEnd: line.end,
    })),
  };
}

const today = () => new Date().toISOString().slice(0, 10);
/** Returns the rows of the page, and the cursor of the next page when one more row follows. */
const pageOf = (rows, cursorOf) => ({
  page: rows.slice(0, PAGE),
  nextCursor: rows.length > PAGE ? writeCursor(cursorOf(rows[PAGE - 1])) : null,
});

const rightsSql = (condition) => `coalesce((
  select json_agg(one.key order by one.position) from product_type_right one
  where one.product_type = type.key and not one.is_retired and ${condition}
), '[]')`;

/**
 * The reads of the limit: one prepared statement each, without row-level security, on the tables of our services. Each
 * answer is equal to the answer of our service.
 */
export const rawReads = {
  document: {
    database: 'billing',
    text: `select * from (${documentsSql}) one where id = $3`,
    values: ({ organization, id }) => [today(), organization, id],
    view: ([row]) => viewDocument(row),
  },
  documents: {
    database: 'billing',
    text: `select page.*, (
             select json_agg(sums) from (
               select currency, sum(total) as total, sum(open_amount) as open from (${documentsSql}) listed
               group by currency order by currency
             ) sums
           ) as sums
           from (${documentsSql} order by issued_on desc, id desc limit ${PAGE + 1}) page
           order by issued_on desc, id desc`,
    values: ({ organization }) => [today(), organization],
    view(rows) {
      const { page, nextCursor } = pageOf(rows, (last) => [last.issued_on, last.id]);
      const sums = rows[0].sums.map(({ currency, total, open }) => ({
        currency,
        total: { amount: Number(total), currency },
        open: { amount: Number(open), currency },
      }));
      return { data: page.map(viewDocument), nextCursor, sums };
    },
  },
  teams: {
    database: 'teams',
    text: `select id, name, colour, parent_id, parent_ends_at, is_members_only, lead_account_id, version, created_at,
                  members
           from team
           cross join lateral (
             select coalesce(array_agg(account_id order by joined_at, position), '{}') as members from team_membership
             where organization_id = $1 and team_id = team.id and ended_at is null
               and (ends_at is null or ends_at > $2)
           ) current_members
           where organization_id = $1 and deleted_at is null order by name_fold, id limit ${PAGE + 1}`,
    values: ({ organization }) => [organization, new Date()],
    view(rows) {
      const { page, nextCursor } = pageOf(rows, (last) => last.id);
      const data = page.map((row) => ({
        id: toId('team', row.id),
        name: row.name,
        colour: row.colour,
        parentId: idOrNull('team', row.parent_id),
        parentEndsAt: row.parent_ends_at,
        isMembersOnly: row.is_members_only,
        leadAccountId: idOrNull('acc', row.lead_account_id),
        memberAccountIds: row.members.map((id) => toId('acc', id)),
        excludedAccountIds: [],
        version: row.version,
        createdAt: row.created_at,
      }));
      return { data, nextCursor };
    },
  },
  members: {
    database: 'identity',
    text: `select member.id, account_id, account.name, email, role, offered_role, flags, is_blocked, version,
                  member.created_at
           from member join account on account.id = member.account_id
           where organization_id = $1 order by member.id`,
    values: ({ organization }) => [organization],
    view: (rows) => ({
      data: rows.map((row) => ({
        id: toId('mem', row.id),
        accountId: toId('acc', row.account_id),
        name: row.name,
        email: row.email,
        role: row.role,
        offeredRole: row.offered_role,
        flags: row.flags,
        isBlocked: row.is_blocked,
        version: row.version,
        createdAt: row.created_at,
      })),
    }),
  },
  catalogue: {
    database: 'products',
    text: `select json_build_object(
             'key', type.key, 'name', type.name, 'vatClass', type.vat_class,
             'canOrderWarranty', type.is_warranty_at_order,
             'rights', coalesce((
               select json_agg(key order by place, key) from (
                 select key, min((resource_kind is not null)::int * 1000 + position) as place from product_type_right
                 where product_type = type.key and not is_retired group by key
               ) sorted
             ), '[]'),
             'resourceKinds', coalesce((
               select json_agg(key order by position) from resource_kind
               where product_type = type.key and not is_retired
             ), '[]'),
             'resourceRights', coalesce((
               select json_agg(json_build_object(
                 'kind', kind.key,
                 'rights', ${rightsSql('one.resource_kind = kind.key')},
                 'defaultRights', ${rightsSql('one.resource_kind = kind.key and one.is_default')}
               ) order by kind.position)
               from resource_kind kind where kind.product_type = type.key and not kind.is_retired
             ), '[]'),
             'prices', coalesce((
               select json_agg(json_build_object(
                 'interval', valid.interval, 'price', json_build_object('amount', amount, 'currency', currency)
               ) order by currency, valid.interval)
               from (
                 select distinct on (currency, price.interval) currency, price.interval, amount from price
                 where product_type = type.key and valid_from <= $1::date
                 order by currency, price.interval, valid_from desc
               ) valid
             ), '[]')
           ) as entry
           from product_type type where not is_retired order by type.position`,
    values: () => [today()],
    view: (rows) => ({ data: rows.map(({ entry }) => entry) }),
  },
};
