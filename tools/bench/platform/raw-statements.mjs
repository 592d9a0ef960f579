import { toId } from '@cordee/contracts/id';
import { writeCursor } from '@cordee/service/list-cursor';

const PAGE = 20;
/** The length of a page when the caller names none. */
const DEFAULT_PAGE = 50;
const idOrNull = (prefix, uuid) => (uuid === null ? null : toId(prefix, uuid));

/** SQL of documents with their lines. The first parameter is today, the second the organization. */
const documentsSql = `
  select id, kind, number, status, issued_on::text, due_on::text, paid_on::text, held_until::text, currency, net, vat,
         total, paid_amount, credited_amount, refunded_amount,
         case when kind <> 'pro_forma' or status = 'issued' then open_amount else 0 end as open_amount,
         reserved_amount, reference, order_id, pro_forma_id, pro_forma_number, invoice_id, invoice_number, reason,
         product_effect, products_end_on::text, buyer, lines
  from (
    select *, case when kind = 'pro_forma' and stored_status = 'issued' and due_on < $1::date then 'expired'
                   else stored_status end as status
    from document where organization_id = $2
  ) document
  cross join lateral (
    select json_agg(json_build_object(
      'product_id', product_id, 'text', text, 'net', net, 'rate', vat_basis_points, 'category', vat_category,
      'vat', vat, 'start', period_start, 'end', period_end, 'cost_centre', cost_centre
    ) order by position) as lines
    from document_line where organization_id = $2 and document_id = document.id
  ) document_lines`;

const prefixOfKind = { pro_forma: 'pfm', invoice: 'inv', credit_note: 'crn' };

/** Sums the lines of a document per VAT rate, the highest rate first. */
function vatTotalsOf({ lines }, money) {
  const totals = new Map();
  for (const { rate, category, net, vat } of lines) {
    const total = totals.get(rate) ?? { net: 0, vat: 0 };
    totals.set(rate, { category, net: total.net + net, vat: total.vat + vat });
  }
  return [...totals]
    .sort(([one], [other]) => other - one)
    .map(([rate, { category, net, vat }]) => ({
      rate: String(rate / 100),
      category,
      net: money(net),
      vat: money(vat),
    }));
}

function viewDocument(row) {
  const { currency } = row;
  const money = (amount) => ({ amount: Number(amount), currency });
  return {
    id: toId(prefixOfKind[row.kind], row.id),
    kind: row.kind,
    number: row.number,
    status: row.status,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    paidOn: row.paid_on,
    net: money(row.net),
    vat: money(row.vat),
    rounding: money(row.total - row.net - row.vat),
    total: money(row.total),
    paid: money(row.paid_amount),
    credited: money(row.credited_amount),
    refunded: money(row.refunded_amount),
    vatTotals: vatTotalsOf(row, money),
    open: money(row.open_amount),
    reserved: money(row.reserved_amount),
    heldUntil: row.held_until,
    reference: row.reference,
    orderId: idOrNull('ord', row.order_id),
    proFormaId: idOrNull('pfm', row.pro_forma_id),
    proFormaNumber: row.pro_forma_number,
    invoiceId: idOrNull('inv', row.invoice_id),
    invoiceNumber: row.invoice_number,
    correction:
      row.reason === null
        ? null
        : { reason: row.reason, productEffect: row.product_effect, productsEndOn: row.products_end_on },
    buyer: { buyerReference: null, purchaseOrder: null, ...row.buyer },
    lines: row.lines.map((line) => ({
      productId: idOrNull('prd', line.product_id),
      text: line.text,
      costCentre: line.cost_centre,
      net: money(line.net),
      vatRate: String(line.rate / 100),
      vatCategory: line.category,
      vat: money(line.vat),
      periodStart: line.start,
      periodEnd: line.end,
    })),
  };
}

const today = () => new Date().toISOString().slice(0, 10);
/** Returns the rows of the page, and the cursor of the next page when one more row follows. */
const pageOf = (rows, cursorOf, limit = PAGE) => ({
  page: rows.slice(0, limit),
  nextCursor: rows.length > limit ? writeCursor(cursorOf(rows[limit - 1])) : null,
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
               select currency, sum(sign * net) as net, sum(sign * vat) as vat, sum(sign * total) as total,
                      coalesce(sum(open_amount) filter (where kind = 'invoice'), 0) as open,
                      coalesce(sum(open_amount) filter (where kind = 'invoice' and due_on < $1::date), 0) as overdue
               from document, lateral (select case kind when 'credit_note' then -1 else 1 end as sign) sign_of_kind
               where organization_id = $2 and kind <> 'pro_forma' group by currency order by currency
             ) sums
           ) as sums
           from (${documentsSql} order by issued_on desc, id desc limit ${PAGE + 1}) page
           order by issued_on desc, id desc`,
    values: ({ organization }) => [today(), organization],
    view(rows) {
      const { page, nextCursor } = pageOf(rows, (last) => [last.issued_on, last.id]);
      const sums = (rows[0].sums ?? []).map(({ currency, ...amounts }) => ({
        currency,
        ...Object.fromEntries(
          Object.entries(amounts).map(([name, amount]) => [name, { amount: Number(amount), currency }]),
        ),
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
           where organization_id = $1 order by member.id limit ${DEFAULT_PAGE + 1}`,
    values: ({ organization }) => [organization],
    view(rows) {
      const { page, nextCursor } = pageOf(rows, (last) => toId('mem', last.id), DEFAULT_PAGE);
      const data = page.map((row) => ({
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
      }));
      return { data, nextCursor };
    },
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
