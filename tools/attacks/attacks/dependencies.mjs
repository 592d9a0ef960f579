import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cloneRoot } from '../../infra/profile.mjs';
import { withoutOwnBinaries } from '../../run/dependencies.mjs';
import { equals, judge, measured, none } from '../judge.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

/** Permissive licences: they allow every use and ask only for a notice. */
const PERMISSIVE =
  /^\(?(?:MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|BlueOak-1\.0\.0|Apache-2\.0|Unlicense|CC0-1\.0|Python-2\.0)\b/;
/** Packages with a permissive licence that their package.json does not name. */
const reviewedLicences = {
  'dejavu-fonts-ttf': 'the licence of Bitstream Vera, which allows use and embedding',
  'png-js': 'MIT, in its file LICENSE',
};
const MAX_BYTES = 100_000_000;
/** Packages for other platforms are not installed. */
const NOT_INSTALLED = 'not installed';

export const attack = {
  name: 'dependencies',
  shows: 'No dependency has a known severe vulnerability or runs an install script; all have permissive licences',
  env: unlimitedEnv,
  async run() {
    const { packages } = JSON.parse(fs.readFileSync(path.join(cloneRoot, 'package-lock.json'), 'utf8'));
    const externalPackages = Object.entries(packages).filter(
      ([folder, { link }]) => folder.includes('node_modules/') && !link,
    );
    const productionPackages = externalPackages.filter(([, { dev }]) => !dev);
    const packagesWithScripts = externalPackages.filter(([, { hasInstallScript }]) => hasInstallScript);
    const npmrc = fs.readFileSync(path.join(cloneRoot, '.npmrc'), 'utf8');
    const licences = productionPackages.map(([folder, entry]) => ({
      folder,
      licence: entry.license ?? licenceOf(folder, entry),
    }));
    const unknownLicences = licences.filter(({ licence }) => licence === NOT_INSTALLED);
    const otherLicences = licences.filter(
      ({ folder, licence }) =>
        licence !== NOT_INSTALLED && !PERMISSIVE.test(licence) && !(nameOf(folder) in reviewedLicences),
    );
    const packagesWithoutChecksum = externalPackages.filter(([, { integrity }]) => !integrity);
    const isOptional = ([, { optional }]) => optional === true;
    const { severe, detail } = await audit();
    return judge(
      `${externalPackages.length} packages, ${productionPackages.length} of them in production`,
      ...(severe ? [none('known vulnerabilities of severity high or critical', severe)] : []),
      measured('answer of npm audit', detail),
      equals('npm runs install scripts', /^ignore-scripts=true$/m.test(npmrc) ? 'no' : 'yes', 'no'),
      measured('packages with an install script', packagesWithScripts.map(([folder]) => nameOf(folder)).join(', ')),
      none(
        'packages without a checksum',
        packagesWithoutChecksum.filter((entry) => !isOptional(entry)).map(([folder]) => nameOf(folder)),
      ),
      measured('packages of other platforms without a checksum', packagesWithoutChecksum.filter(isOptional).length),
      measured('packages of other platforms whose licence is unknown', unknownLicences.length),
      none(
        'production packages without a permissive licence',
        otherLicences.map(({ folder, licence }) => `${nameOf(folder)} ${licence}`),
      ),
    );
  },
};

const nameOf = (folder) => folder.split('node_modules/').at(-1);

function licenceOf(folder, { optional }) {
  const file = path.join(cloneRoot, folder, 'package.json');
  if (!fs.existsSync(file)) return optional ? NOT_INSTALLED : 'unknown';
  const { license, licenses } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'unknown';
}

/** Asks the registry for known vulnerabilities. Without an answer, `severe` is undefined. */
async function audit() {
  const options = { cwd: cloneRoot, maxBuffer: MAX_BYTES, env: withoutOwnBinaries() };
  const { stdout } = await promisify(execFile)('npm', ['audit', '--audit=true', '--json'], options).catch(
    (error) => error,
  );
  const report = JSON.parse(stdout || '{}');
  if (!report.metadata) return { severe: undefined, detail: `not available: ${report.message ?? 'no answer'}` };
  const vulnerabilities = Object.values(report.vulnerabilities);
  const severe = vulnerabilities.filter(({ severity }) => severity === 'high' || severity === 'critical');
  return {
    severe: severe.map(({ name, severity }) => `${name}: ${severity}`),
    detail:
      `${vulnerabilities.length} vulnerabilities of any severity in ` +
      `${report.metadata.dependencies.total} packages`,
  };
}
