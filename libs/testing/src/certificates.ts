import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The files of a certificate authority for a test, and of a server certificate for `localhost`. */
export interface Certificates {
  folder: string;
  /** The file with the certificate of the authority. */
  ca: string;
  certificate: string;
  key: string;
}

/** Creates certificates with openssl in a temporary folder. */
export function createCertificates(): Certificates {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-tls-'));
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=Test authority',
  );
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  fs.writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.crt');
  const [ca, certificate, key] = ['ca.crt', 'server.crt', 'server.key'].map((name) => path.join(folder, name));
  return { folder, ca: ca!, certificate: certificate!, key: key! };
}
