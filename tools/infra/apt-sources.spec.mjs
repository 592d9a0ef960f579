import { describe, expect, test } from '@jest/globals';
import { parseDeb822, parseOneLine, pickDebianMirrors } from './apt-sources.mjs';

const keyRing = '/usr/share/keyrings/debian-archive-keyring.gpg';

describe('the Debian mirrors of this machine', () => {
  test('are read from one-line lists', () => {
    const entries = parseOneLine(`
# deb http://old.example/debian bookworm main
deb cdrom:[Debian 12]/ bookworm main
deb [arch=amd64 signed-by=${keyRing}] http://mirror.example/debian/ bookworm main contrib # ours
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-updates main`);
    expect(pickDebianMirrors(entries)).toEqual([{ uri: 'http://mirror.example/debian', signedBy: keyRing }]);
  });

  test('are read from deb822 stanzas with continuation lines', () => {
    const entries = parseDeb822(`Types: deb deb-src
# a comment between fields
URIs: https://one.example/debian
 https://two.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: ${keyRing}

Types: deb
URIs: https://one.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://off.example/debian
Suites: bookworm
Components: main
Enabled: no
`);
    expect(pickDebianMirrors(entries).map(({ uri }) => uri)).toEqual([
      'https://one.example/debian',
      'https://two.example/debian',
    ]);
  });

  test('can be a mirror list of a cloud image', () => {
    const entries = parseDeb822(
      'Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: trixie\nComponents: main\n',
    );
    expect(pickDebianMirrors(entries)).toEqual([
      { uri: 'mirror+file:///etc/apt/mirrors/debian.list', signedBy: undefined },
    ]);
  });

  test('have no key file when the stanza contains the key itself', () => {
    const entries = parseDeb822(`Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFit2ioBEADhWpZ8
 -----END PGP PUBLIC KEY BLOCK-----
`);
    expect(pickDebianMirrors(entries)).toEqual([{ uri: 'http://mirror.example/debian', signedBy: undefined }]);
  });

  test.each([
    ['a vendor with its own component', 'deb https://download.example/linux/debian bookworm stable'],
    ['a vendor that uses the name of a Debian suite', 'deb https://packages.example/php bookworm main'],
    ['a vendor with its own suite', 'deb https://apt.example/postgresql/debian bookworm-pgdg main'],
    ['another distribution', 'deb http://archive.example/ubuntu noble main'],
    ['security updates', 'deb http://security.example/debian-security bookworm-security main'],
  ])('exclude %s', (_, line) => {
    expect(pickDebianMirrors(parseOneLine(line))).toEqual([]);
  });
});
