import fs from 'node:fs';
import path from 'node:path';

const debianSuites = [
  'buster',
  'bullseye',
  'bookworm',
  'trixie',
  'forky',
  'sid',
  'oldoldstable',
  'oldstable',
  'stable',
  'testing',
  'unstable',
];

/** Returns the Debian mirrors of this machine, in the order of its apt sources: `{ uri, signedBy? }`. */
export function readDebianMirrors(folder = '/etc/apt') {
  return pickDebianMirrors(
    sourceFiles(folder).flatMap(({ name, text }) =>
      name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text),
    ),
  );
}

function sourceFiles(folder) {
  const listFolder = path.join(folder, 'sources.list.d');
  const names = fs.existsSync(listFolder)
    ? fs
        .readdirSync(listFolder)
        .filter((name) => /\.(list|sources)$/.test(name))
        .sort()
    : [];
  return [path.join(folder, 'sources.list'), ...names.map((name) => path.join(listFolder, name))]
    .filter((file) => fs.existsSync(file))
    .map((name) => ({ name, text: fs.readFileSync(name, 'utf8') }));
}

/** Parses the one-line format: `deb [signed-by=… arch=…] uri suite component…` */
export function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    const [, options = '', uri, suite, components] = match;
    const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
    return [{ uris: [uri], suites: [suite], components: words(components), signedBy }];
  });
}

/** Parses the deb822 format: stanzas of `Field: value` with indented continuation lines, separated by empty lines. */
export function parseDeb822(text) {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  return withoutComments.split(/\n[ \t]*(?:\n|$)/).flatMap((stanza) => {
    const fields = new Map();
    for (const match of stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm))
      fields.set(match[1].toLowerCase(), match[2].trim());
    if (!words(fields.get('types')).includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') return [];
    return [
      {
        uris: words(fields.get('uris')),
        suites: words(fields.get('suites')),
        components: words(fields.get('components')),
        signedBy: fields.get('signed-by'),
      },
    ];
  });
}

/**
 * Returns the entries that are Debian mirrors. The name of the suite does not identify a Debian mirror, because vendors
 * use the same names. A Debian mirror has the path `/debian`, is a mirror list, or is signed with the key of Debian.
 */
export function pickDebianMirrors(entries) {
  const mirrors = entries
    .filter(
      ({ suites, components }) => components.includes('main') && suites.some((suite) => debianSuites.includes(suite)),
    )
    .flatMap(({ uris, signedBy }) => uris.map((uri) => ({ uri: uri.replace(/\/+$/, ''), signedBy: keyFile(signedBy) })))
    .filter(
      ({ uri, signedBy }) =>
        !uri.startsWith('cdrom:') &&
        !uri.endsWith('debian-security') &&
        (uri.endsWith('/debian') || uri.startsWith('mirror') || signedBy?.includes('debian-archive-keyring')),
    );
  return mirrors.filter((mirror, index) => mirrors.findIndex(({ uri }) => uri === mirror.uri) === index);
}

/**
 * Returns the path of the key file. Returns undefined when a stanza contains the key itself; the download then uses the
 * key ring of Debian.
 */
const keyFile = (signedBy) => (signedBy?.startsWith('/') ? signedBy.split(',')[0] : undefined);

const words = (text = '') => text.split(/\s+/).filter(Boolean);
