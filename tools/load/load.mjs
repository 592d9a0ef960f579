import '../run/require-node.mjs';
import fs from 'node:fs';
import { requireWritable } from '../run/require-writable.mjs';
import { showFailure } from '../run/step-failure.mjs';
import { measureLoad } from './measure-load.mjs';
import { help, readOptions } from './options.mjs';
import { htmlReport } from './report/html-report.mjs';
import { printReport } from './report/console-report.mjs';

const EXIT_MISSED = 1;
const EXIT_NOT_RUN = 2;

// The reader of the output, such as `head`, can close the output early.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(0));
try {
  const options = readOptions(process.argv.slice(2));
  if (!options) console.log(help);
  else process.exitCode = await run(options);
} catch (error) {
  showFailure(error);
  process.exitCode = EXIT_NOT_RUN;
}

async function run(options) {
  for (const name of ['html', 'json']) if (options[name]) requireWritable(name, options[name]);
  const report = await measureLoad(options);
  printReport(report);
  if (options.json) fs.writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.html) fs.writeFileSync(options.html, htmlReport(report));
  for (const file of [options.html, options.json]) if (file) console.log(`  written: ${file}`);
  return report.isPassed ? 0 : EXIT_MISSED;
}
