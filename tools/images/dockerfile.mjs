/** The instructions that `ImageBuilder` knows. It ignores the last five: they matter only for a container engine. */
const knownInstructions = [
  ...['ARG', 'ENV', 'WORKDIR', 'COPY', 'RUN', 'CMD'],
  ...['USER', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'STOPSIGNAL'],
];

/**
 * Parses a Dockerfile into `{ globalArguments, stages }`. A stage is `{ name, base, instructions }`, an instruction is
 * `{ keyword, text, from }`; `from` is the stage of `COPY --from`. Throws on an instruction that `ImageBuilder` does
 * not know.
 */
export function parseDockerfile(text) {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const globalArguments = [];
  const stages = [];
  for (const line of lines) {
    const [, keyword, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (keyword === 'FROM') {
      const [, base, name = `stage-${stages.length}`] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest);
      stages.push({ name, base, instructions: [] });
    } else if (stages.length === 0 && keyword === 'ARG') globalArguments.push(rest);
    else if (stages.length > 0 && knownInstructions.includes(keyword)) {
      const [, from, text = rest] = keyword === 'COPY' ? (/^--from=(\S+)\s+(.*)$/.exec(rest) ?? []) : [];
      stages.at(-1).instructions.push({ keyword, text, from });
    } else throw new Error(`Dockerfile: the check of images does not know this line: ${line}`);
  }
  return { globalArguments, stages };
}

/** Replaces `${NAME}` and `$NAME` by the values of variables. */
export const withVariables = (text, variables) =>
  text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, plain) => variables[braced ?? plain] ?? '');

/** Converts a pattern of `.dockerignore` to a regular expression for the paths of files. */
export function ignorePattern(pattern) {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('**/', '<folders>')
    .replaceAll('*', '[^/]*')
    .replaceAll('<folders>', '(.*/)?');
  return new RegExp(`^${source}(/.*)?$`);
}
