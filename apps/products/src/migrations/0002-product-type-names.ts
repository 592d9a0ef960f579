import { migration } from '@cordee/service/database/migration';

/** The names of product types in other languages than English. A shipped type that staff has renamed gets none. */
export const products0002 = migration(
  '0002_product_type_names',
  `
alter table product_type add column translated_names jsonb not null default '{}';

update product_type set translated_names = jsonb_build_object('fr', fr, 'de', de, 'it', it, 'es', es)
from (values
  ('web_hosting', 'Web hosting', 'Hébergement web', 'Webhosting', 'Hosting web', 'Alojamiento web'),
  ('cloud_server', 'Cloud server', 'Serveur cloud', 'Cloud-Server', 'Server cloud', 'Servidor en la nube'),
  ('domain', 'Domain', 'Nom de domaine', 'Domain', 'Dominio', 'Dominio'),
  (
    'mail_service', 'Mail service', 'Service de messagerie', 'E-Mail-Dienst', 'Servizio di posta', 'Servicio de correo'
  ),
  ('drive', 'Drive', 'Drive', 'Drive', 'Drive', 'Drive'),
  ('streaming', 'Streaming', 'Streaming', 'Streaming', 'Streaming', 'Streaming'),
  ('ticketing', 'Ticketing', 'Billetterie', 'Ticketing', 'Biglietteria', 'Venta de entradas'),
  ('backup', 'Backup', 'Sauvegarde', 'Backup', 'Backup', 'Copia de seguridad'),
  (
    'network_storage', 'Network storage', 'Stockage réseau', 'Netzwerkspeicher', 'Archiviazione di rete',
    'Almacenamiento en red'
  ),
  ('certificate', 'Certificate', 'Certificat', 'Zertifikat', 'Certificato', 'Certificado'),
  ('suite', 'Suite', 'Suite', 'Suite', 'Suite', 'Suite'),
  ('premium_support', 'Premium support', 'Support premium', 'Premium-Support', 'Supporto premium', 'Soporte premium')
) as shipped (key, name, fr, de, it, es)
where product_type.key = shipped.key and product_type.name = shipped.name;
`,
);
