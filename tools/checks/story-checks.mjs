import fs from 'node:fs';
import path from 'node:path';
import { tellStory } from '../run/story.mjs';

/** The story in its forms; where every service is a process of its own, each step begins with one of them being killed. Every step counts. */
export const storyChecks = [
  storyCheck('story in one process', { isSeparate: false, isKilling: false }),
  storyCheck('story, embedded', { isSeparate: false, isKilling: false, isEmbedded: true }),
  storyCheck('story, services killed', { isSeparate: true, isKilling: true }),
];

function storyCheck(name, form) {
  const run = async (context) => {
    const lines = [];
    const { DATABASE_ADMIN_URL } = context.servers.env;
    const servers = form.isEmbedded ? { ...context.servers, env: { DATABASE_ADMIN_URL } } : context.servers;
    const { code, held } = await tellStory({
      ...context,
      ...form,
      servers,
      output: path.join(context.folder, 'story'),
      onLine: (line) => lines.push(line),
    });
    fs.writeFileSync(path.join(context.logs, `${name.replaceAll(/\W+/g, '-')}.log`), `${lines.join('\n')}\n`);
    return code === 0
      ? { passed: held, failed: 0, detail: `${held} steps`, lines: [] }
      : { passed: held, failed: 1, detail: `failed at step ${held + 1}`, lines: lines.slice(-25) };
  };
  return { name, run };
}
