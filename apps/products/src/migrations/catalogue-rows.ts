/** SQL of the catalogue that Cordée ships with (PROD-1, PROD-2). Prices are net, in minor units. */
export const catalogueRows = `
insert into product_type (
  position, key, name, vat_class, is_warranty_at_order, blocked_status, first_resource_kind, retained_rights
) values
  (1, 'web_hosting', 'Web hosting', 'standard', true, 'blocked', 'site', '{}'),
  (2, 'cloud_server', 'Cloud server', 'standard', true, 'blocked', null, '{}'),
  (3, 'domain', 'Domain', 'standard', true, 'blocked', null, '{}'),
  (4, 'mail_service', 'Mail service', 'standard', true, 'maintenance', null, '{}'),
  (5, 'drive', 'Drive', 'standard', true, 'blocked', 'folder', '{user,admin}'),
  (6, 'streaming', 'Streaming', 'standard', true, 'blocked', null, '{}'),
  (7, 'ticketing', 'Ticketing', 'standard', true, 'blocked', null, '{}'),
  (8, 'backup', 'Backup', 'standard', true, 'blocked', null, '{}'),
  (9, 'network_storage', 'Network storage', 'standard', false, 'blocked', null, '{}'),
  (10, 'certificate', 'Certificate', 'standard', true, 'blocked', null, '{}'),
  (11, 'suite', 'Suite', 'standard', true, 'blocked', null, '{}'),
  (12, 'premium_support', 'Premium support', 'standard', true, 'blocked', null, '{}');

insert into resource_kind (product_type, key, position) values
  ('web_hosting', 'site', 1),
  ('mail_service', 'mail_address', 1), ('mail_service', 'calendar', 2), ('mail_service', 'address_book', 3),
  ('drive', 'folder', 1),
  ('streaming', 'channel', 1),
  ('ticketing', 'event', 1);

-- The default rights of a mail address concern the mailbox of its owner only.
insert into product_type_right (product_type, resource_kind, key, position, is_default)
select type, kind, key, position, kind is not distinct from 'mail_address' and key = any (
  '{devices,auto_reply,signatures,filters,rules,folders,security,sending}'::text[]
)
from (values
  ('web_hosting', null, '{technical,statistics}'::text[]),
  ('web_hosting', 'site', '{technical,statistics}'),
  ('cloud_server', null, '{technical,statistics}'),
  ('domain', null, '{technical}'),
  (
    'mail_service', 'mail_address',
    '{devices,auto_reply,signatures,forwarding,aliases,history,restore,filters,rules,folders,security,sending,read}'
  ),
  ('mail_service', 'calendar', '{read,change}'),
  ('mail_service', 'address_book', '{read,change}'),
  ('drive', null, '{admin,user}'),
  ('drive', 'folder', '{view,change,manage}'),
  ('streaming', null, '{technical,statistics}'),
  ('streaming', 'channel', '{technical,statistics}'),
  ('ticketing', null, '{technical,statistics,ticket_control,sales_control}'),
  ('ticketing', 'event', '{statistics,ticket_control,sales_control}'),
  ('backup', null, '{technical}'),
  ('network_storage', null, '{technical}'),
  ('certificate', null, '{technical}'),
  ('suite', null, '{admin,user}'),
  ('premium_support', null, '{support}')
) as rights (type, kind, keys), unnest(keys) with ordinality as listed (key, position);

insert into price (product_type, currency, interval, amount, valid_from, set_by, set_at)
select type, currency, interval, amount, date '2024-01-01', 'service:products', timestamptz '2024-01-01 00:00:00Z'
from (values
  ('web_hosting', 990, 10800, 940, 10200),
  ('cloud_server', 2900, 31900, 2700, 29700),
  ('domain', null, 1490, null, 1390),
  ('mail_service', 180, 1800, 170, 1700),
  ('drive', 650, 6700, 620, 6300),
  ('streaming', 1490, 15900, 1390, 14900),
  ('ticketing', 1900, 19900, 1790, 18900),
  ('backup', 490, 4900, 460, 4600),
  ('network_storage', 790, 7900, 740, 7400),
  ('certificate', null, 4900, null, 4600),
  ('suite', 690, 6900, 650, 6500),
  ('premium_support', 8900, 89000, 8400, 84000)
) as listed (type, chf_monthly, chf_yearly, eur_monthly, eur_yearly),
lateral (values
  ('CHF', 'monthly', chf_monthly), ('CHF', 'yearly', chf_yearly),
  ('EUR', 'monthly', eur_monthly), ('EUR', 'yearly', eur_yearly)
) as prices (currency, interval, amount)
-- Domains and certificates are sold per year only.
where amount is not null;
`;
