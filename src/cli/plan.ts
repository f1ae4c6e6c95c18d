// `countersign plan`: shows how a document would be cut. It reads one file and nothing else.
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { DocumentFault } from '../document/fault.ts';
import { planJson, renderOutline } from '../document/outline.ts';
import { type CutPlan, planDocument } from '../document/plan.ts';
import { PROFILE_NAMES } from '../document/profile.ts';
import { DEFAULT_GRANULARITY, GRANULARITIES, type Granularity } from '../document/unit.ts';
import { hasColours } from '../local/terminal.ts';
import { CliFault } from './fault.ts';

interface PlanOptions {
  readonly profile?: string;
  readonly granularity: Granularity;
  readonly json?: true;
}

const PIPED_WIDTH = 100;

export function planCommand(): Command {
  return new Command('plan')
    .description('show how a document would be cut into units; nothing is written')
    .argument('<file>', 'a Markdown or plain text document')
    .addOption(
      new Option('--profile <name>', 'language of its labels (default: detected)').choices(PROFILE_NAMES),
    )
    .addOption(
      new Option('--granularity <unit>', 'smallest unit to cut')
        .choices(GRANULARITIES)
        .default(DEFAULT_GRANULARITY),
    )
    .option('--json', 'print the whole plan as JSON')
    .action((file: string, options: PlanOptions) => {
      const plan = planFile(file, options);
      process.stdout.write(options.json ? `${JSON.stringify(planJson(plan), null, 2)}\n` : present(plan));
    });
}

function planFile(file: string, { profile, granularity }: PlanOptions): CutPlan {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new CliFault(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return planDocument(bytes, { granularity, ...(profile === undefined ? {} : { profile }) });
  } catch (error) {
    if (error instanceof DocumentFault) throw new CliFault(`${file} cannot be cut: ${error.message}`);
    throw error;
  }
}

function present(plan: CutPlan): string {
  const color = hasColours();
  const outline = renderOutline(plan, { width: process.stdout.columns ?? PIPED_WIDTH, color });
  return `${outline}\ndocument sha256  ${plan.document.sha256}\ncutplan sha256   ${plan.cutplan_sha256}\n`;
}
