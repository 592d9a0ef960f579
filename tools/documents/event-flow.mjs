import fs from 'node:fs';
import path from 'node:path';

const consumesDecorator = /@Consumes(?:AfterPreparing)?\((?:\w+\.)?(\w+)\)/g;

/**
 * Returns the services that consume each event, by the name of the event. The sources are the
 * `@Consumes(event)` decorators in `*.reactions.ts`.
 */
export function readConsumers(root) {
  const consumers = new Map();
  for (const service of fs.readdirSync(path.join(root, 'apps')).sort()) {
    for (const file of reactionFiles(path.join(root, 'apps', service, 'src'))) {
      for (const [, event] of fs.readFileSync(file, 'utf8').matchAll(consumesDecorator)) {
        if (!consumers.has(event)) consumers.set(event, new Set());
        consumers.get(event).add(service);
      }
    }
  }
  return consumers;
}

function reactionFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.reactions.ts'))
    .map((name) => path.join(folder, name));
}

/** Returns docs/events.md: the publisher and the consumers of each event, with a diagram of the services. */
export function eventFlow(events, consumers) {
  const rows = [...events].map(([name, { subject, summary, entity }]) => ({
    name,
    subject,
    summary,
    entity,
    publisher: subject.split('.')[1],
    consumers: [...(consumers.get(name) ?? [])],
  }));
  const publishers = [...new Set(rows.map(({ publisher }) => publisher))].sort();
  return `# Events

Generated from the contracts in \`libs/contracts\` and the \`@Consumes\` decorators of the services
(\`npm run documents\`). Subjects, data and examples: [asyncapi.json](asyncapi.json). How to consume events:
[guides/internal-tools.md](guides/internal-tools.md).

## Between services

An arrow leads from the service that publishes to the service that consumes; its label counts the kinds of events.

\`\`\`mermaid
flowchart LR
${edges(rows).join('\n')}
\`\`\`
${publishers.map((publisher) => section(publisher, rows)).join('')}`;
}

function edges(rows) {
  const counts = new Map();
  for (const { publisher, consumers } of rows) {
    for (const consumer of consumers) {
      const key = `${publisher} ${consumer}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].sort().map(([key, count]) => {
    const [publisher, consumer] = key.split(' ');
    return `  ${publisher} -->|${count}| ${consumer}`;
  });
}

function section(publisher, rows) {
  const lines = rows
    .filter((row) => row.publisher === publisher)
    .map(
      ({ name, subject, summary, entity, consumers }) =>
        `| \`${name}\` | \`${subject}\` | ${summary} | \`${entity}\` | ${consumers.join(', ') || '–'} |`,
    );
  return `
## ${publisher}

| event | subject | means | ordered per | consumed by |
|---|---|---|---|---|
${lines.join('\n')}
`;
}
