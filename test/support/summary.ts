// What a run of the suite left out and why, and one closing line: `node test/support/summary.ts <report.json>`.
import { readSuite, suiteLines } from '../../src/readiness/suite.ts';
import { ROOT } from './command.ts';

const [report] = process.argv.slice(2);
if (report === undefined) throw new Error('name the JSON report of the suite');
process.stdout.write(`${suiteLines(await readSuite(report, ROOT)).join('\n')}\n`);
