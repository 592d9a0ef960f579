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

/** The Debian mirrors this machine itself uses, best first: `{ uri, signedBy? }`. */
export function machineMirrors(folder = '/etc/apt') {
  return pickMirrors(
    sourceFiles(folder).flatMap(({ name, text }) =>
      name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text),
    ),
  );
}

function sourceFiles(folder) {
  const parts = path.join(folder, 'sources.list.d');
  const names = fs.existsSync(parts)
    ? fs
        .readdirSync(parts)
        .filter((name) => /\.(list|sources)$/.test(name))
        .sort()
    : [];
  return [path.join(folder, 'sources.list'), ...names.map((name) => path.join(parts, name))]
    .filter((file) => fs.existsSync(file))
    .map((name) => ({ name, text: fs.readFileSync(name, 'utf8') }));
}

/** `deb [signed-by=… arch=…] uri suite component…` */
export function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    const [, options = '', uri, suite, components] = match;
    const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
    return [{ uris: [uri], suites: [suite], components: words(components), signedBy }];
  });
}

/** Stanzas of `Field: value`, continued on indented lines, separated by empty lines. */
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

/** Others name their suites after Debian's too; a mirror is known by its path, its key or apt's own mirror list. */
export function pickMirrors(entries) {
  const mirrors = entries
    .filter(
      ({ suites, components }) => components.includes('main') && suites.some((suite) => debianSuites.includes(suite)),
    )
    .flatMap(({ uris, signedBy }) => uris.map((uri) => ({ uri: uri.replace(/\/+$/, ''), signedBy: keyFile(signedBy) })))
    .filter(
      ({ uri, signedBy }) =>
        !uri.startsWith('cdrom:') &&
        !/debian-security$/.test(uri) &&
        (uri.endsWith('/debian') || uri.startsWith('mirror') || signedBy?.includes('debian-archive-keyring')),
    );
  return mirrors.filter((mirror, index) => mirrors.findIndex(({ uri }) => uri === mirror.uri) === index);
}

/** A key may also stand in the stanza itself; then Debian's own key ring is used instead. */
const keyFile = (signedBy) => (signedBy?.startsWith('/') ? signedBy.split(',')[0] : undefined);

const words = (text = '') => text.split(/\s+/).filter(Boolean);
