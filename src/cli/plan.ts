// `countersign plan`: shows how a document would be cut. It reads one file and nothing else.
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { DocumentFault } from '../document/fault.ts';
import { type CutPlan, planDocument } from '../document/plan.ts';
import { PROFILE_NAMES } from '../document/profile.ts';
import { DEFAULT_GRANULARITY, GRANULARITIES, type Granularity } from '../document/unit.ts';
import { hasColours } from '../local/terminal.ts';
import { type ChangePlan, linesOf, planChange } from '../plan/change.ts';
import { renderOutline } from '../plan/outline.ts';
import { isDocumentId, planFile } from '../plan/plan-lines.ts';
import { CliFault } from './messages.ts';

interface PlanOptions {
  readonly document?: string;
  readonly profile?: string;
  readonly granularity: Granularity;
  readonly json?: true;
  readonly lines?: true;
}

const PIPED_WIDTH = 100;

export function planCommand(): Command {
  return new Command('plan')
    .description('show how a document would be cut for the first time; nothing is written')
    .argument('<file>', 'a Markdown or plain text document')
    .option('--document <id>', 'its document_id, which the signed digest also covers')
    .addOption(
      new Option('--profile <name>', 'language of its labels (default: detected)').choices(PROFILE_NAMES),
    )
    .addOption(
      new Option('--granularity <unit>', 'smallest unit to cut')
        .choices(GRANULARITIES)
        .default(DEFAULT_GRANULARITY),
    )
    .addOption(new Option('--json', 'print the whole plan as JSON, texts included').conflicts('lines'))
    .option('--lines', 'print the lines that are signed: plan.jsonl (needs --document)')
    .action((file: string, options: PlanOptions) => {
      const plan = planSource(file, options);
      const change = options.document === undefined ? undefined : firstCut(plan, options.document);
      process.stdout.write(output(plan, { change, options }));
    });
}

function firstCut(plan: CutPlan, documentId: string): ChangePlan {
  if (!isDocumentId(documentId)) {
    throw new CliFault(
      `--document ${documentId} is no document_id: 1-63 of A-Z a-z 0-9 . _ -, starting with a letter or digit`,
    );
  }
  return planChange(plan, [], { documentId });
}

function output(
  plan: CutPlan,
  { change, options }: { change: ChangePlan | undefined; options: PlanOptions },
): string {
  if (options.lines) {
    if (change) return planFile(linesOf(change));
    throw new CliFault('--lines needs --document: the first line names the document');
  }
  if (!options.json) return present(plan, change);
  const { document, profile, granularity, rows } = plan;
  const json = { document, profile, granularity, cutplan_sha256: change?.cutplan_sha256 ?? null, rows };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function planSource(file: string, { profile, granularity }: PlanOptions): CutPlan {
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

function present(plan: CutPlan, change: ChangePlan | undefined): string {
  const color = hasColours();
  const outline = renderOutline(plan, { width: process.stdout.columns ?? PIPED_WIDTH, color });
  const head = change?.cutplan_sha256 ?? 'name the document with --document to see what SG_1 signs';
  return `${outline}\ndocument sha256  ${plan.document.sha256}\ncutplan sha256   ${head}\n`;
}
