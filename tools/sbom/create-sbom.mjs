const FORMAT = { bomFormat: 'CycloneDX', specVersion: '1.6' };
const MODULES_FOLDER = 'node_modules/';

/**
 * Returns the software bill of materials (SBOM) of the images, in the format CycloneDX 1.6
 * (https://cyclonedx.org/docs/1.6/json/): the packages that `npm ci --omit=dev --omit=optional` installs from a
 * package-lock.json, with their licences, checksums and dependencies. The same lock file gives the same result.
 */
export function createSbom({ name, version, packages }) {
  const installed = new Map(Object.entries(packages).filter(([folder, entry]) => isInImages(folder, entry)));
  const components = [...installed].map(([folder, entry]) => componentOf(folder, entry));
  const rootRef = `${name}@${version}`;
  return {
    ...FORMAT,
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': rootRef, name, version } },
    components,
    dependencies: [
      { ref: rootRef, dependsOn: dependenciesOfWorkspaces(packages, installed) },
      ...[...installed].map(([folder, entry]) => ({
        ref: refOf(folder, entry),
        dependsOn: refsOf(folder, entry, installed),
      })),
    ],
  };
}

/** False for workspaces, which are the application itself. */
const isInImages = (folder, { dev, optional, devOptional, link }) =>
  folder.includes(MODULES_FOLDER) && !dev && !optional && !devOptional && !link;

function componentOf(folder, { version, license, integrity }) {
  const name = nameOf(folder);
  return {
    type: 'library',
    'bom-ref': refOf(folder, { version }),
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license ? { licenses: [licenceOf(license)] } : {}),
    ...(integrity ? { hashes: hashesOf(integrity) } : {}),
  };
}

const nameOf = (folder) => folder.split(MODULES_FOLDER).at(-1);

/** A package can be installed in several versions, and the same version in several folders. */
const refOf = (folder, { version }) => `${folder}@${version}`;

/** An id of the SPDX list, an expression such as "MIT OR Apache-2.0", or another text. */
function licenceOf(licence) {
  if (/^[\w.+-]+$/.test(licence)) return { license: { id: licence } };
  const isExpression = /^\(?[\w.+-]+(?: (?:AND|OR|WITH) [\w.+-]+)+\)?$/.test(licence);
  return isExpression ? { expression: licence } : { license: { name: licence } };
}

/** The checksum of the lock file has the form "sha512-<base64>". */
const hashesOf = (integrity) =>
  integrity.split(' ').map((checksum) => {
    const [algorithm, content] = checksum.split(/-(.*)/s);
    return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(content, 'base64').toString('hex') };
  });

function dependenciesOfWorkspaces(packages, installed) {
  const workspaces = Object.entries(packages).filter(([folder]) => !folder.includes(MODULES_FOLDER));
  return [...new Set(workspaces.flatMap(([folder, entry]) => refsOf(folder, entry, installed)))].sort();
}

/** The refs of the dependencies of a package that are in the images. */
function refsOf(dependent, { dependencies = {} }, installed) {
  return Object.keys(dependencies).flatMap((name) => {
    const folder = findFolder(dependent, name, installed);
    return folder === undefined ? [] : [refOf(folder, installed.get(folder))];
  });
}

/** Searches like Node: from the folder of the dependent upwards. */
function findFolder(dependent, name, installed) {
  for (let parent = dependent; ; parent = parent.slice(0, Math.max(0, parent.lastIndexOf('/')))) {
    const folder = `${parent ? `${parent}/` : ''}${MODULES_FOLDER}${name}`;
    if (installed.has(folder)) return folder;
    if (!parent) return undefined;
  }
}
