import fs from 'node:fs';
import { areas } from './areas.mjs';
import { earlierFigures } from './earlier-figures.mjs';
import { explanations } from './explanations.mjs';
import { toHtml } from './harness/html.mjs';
import { toMarkdown } from './harness/markdown.mjs';

/** Writes the figures of a run to the files that the options name. */
export function writeReports(records, { area, json, html, markdown }) {
  if (json) fs.writeFileSync(json, `${JSON.stringify(records, null, 2)}\n`);
  if (records.length === 0) return;
  if (html) fs.writeFileSync(html, toHtml(records, areas[area].title));
  if (markdown) fs.writeFileSync(markdown, toMarkdown(records, { explanations, earlierFigures }));
}
