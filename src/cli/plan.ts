// `countersign plan`: shows how a document would be cut, or what a changed one changes. It reads files and nothing else.
import { Command, Option } from 'commander';
import { isDocumentId } from '../approval/document-id.ts';
import { acceptsDigest, type Diagnostic } from '../document/diagnostic.ts';
import { DocumentFault } from '../document/fault.ts';
import { type CutPlan, planDocument } from '../document/plan.ts';
import { PROFILE_NAMES } from '../document/profile.ts';
import { DEFAULT_GRANULARITY, GRANULARITIES, type Granularity } from '../document/unit.ts';
import { hasColours } from '../local/terminal.ts';
import { type ChangePlan, isNothingToCut, linesOf, planChange } from '../plan/change.ts';
import { renderOutline } from '../plan/outline.ts';
import { planFile } from '../plan/plan-lines.ts';
import { changesScreen } from '../report/changes/screen.ts';
import { unitChangesOf } from '../report/changes/unit-change.ts';
import { viewOf } from '../report/changes/view.ts';
import { CliFault } from './messages.ts';
import { type CutOptions, readBytes, readEarlier } from './plan-against.ts';

interface PlanOptions {
  readonly document?: string;
  readonly profile?: string;
  readonly granularity: Granularity;
  readonly json?: true;
  readonly lines?: true;
  readonly against?: string;
  readonly old?: string;
}

const PIPED_WIDTH = 100;

export function planCommand(): Command {
  return new Command('plan')
    .description('show how a document would be cut, or what it changes; nothing is written')
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
    .addOption(
      new Option(
        '--against <path>',
        'what it changes: against an earlier text, or against the record of a completed run, runs/<run_id>',
      ).conflicts('json'),
    )
    .option('--old <path>', 'with a record: its text, where git does not have it')
    .action((file: string, options: PlanOptions) => {
      if (options.against !== undefined) {
        process.stdout.write(changes(file, { ...options, against: options.against }));
        return;
      }
      const plan = planSource(file, options);
      const change = options.document === undefined ? undefined : firstCut(plan, options.document);
      process.stdout.write(output(plan, { change, options }));
    });
}

function firstCut(plan: CutPlan, documentId: string): ChangePlan {
  assertDocumentId(documentId);
  return planChange(plan, [], { documentId, acceptsSha256: acceptsDigest(plan.diagnostics) });
}

function assertDocumentId(documentId: string): void {
  if (isDocumentId(documentId)) return;
  throw new CliFault(
    `--document ${documentId} is no document_id: 1-63 of A-Z a-z 0-9 . _ -, starting with a letter or digit`,
  );
}

function changes(file: string, options: PlanOptions & { readonly against: string }): string {
  const { document: documentId, against, old } = options;
  if (documentId === undefined) throw new CliFault('--against needs --document: the digest covers its name');
  assertDocumentId(documentId);
  const earlier = readEarlier(against, { documentId, cut: options, ...(old === undefined ? {} : { old }) });
  const plan = planSource(file, earlier.cut);
  const { existing, texts } = earlier;
  const acceptsSha256 = acceptsDigest(plan.diagnostics);
  const change = planChange(plan, existing, { documentId, acceptsSha256, texts });
  if (options.lines) return planFile(linesOf(change));
  const view = viewOf(unitChangesOf(change, (key) => texts.get(key)));
  const shown = isNothingToCut(change)
    ? 'Nothing changes: there is nothing to cut.\n'
    : changesScreen(view, { color: hasColours() });
  return `${shown}\n${unsure(change.diagnostics)}${digests(plan, change.cutplan_sha256)}`;
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
  const { document, profile, granularity, diagnostics, rows } = plan;
  const json = {
    ...{ document, profile, granularity, diagnostics, accepts_sha256: acceptsDigest(diagnostics) },
    ...{ cutplan_sha256: change?.cutplan_sha256 ?? null, rows },
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function planSource(file: string, { profile, granularity }: CutOptions): CutPlan {
  const bytes = readBytes(file);
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
  return `${outline}\n${unsure(plan.diagnostics)}${digests(plan, head)}`;
}

/** What the cut is not sure of, by line; empty where that is nothing. */
function unsure(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(
    ({ severity, line, message, code }) => `${severity.padEnd(8)}  line ${line}: ${message} (${code})\n`,
  );
  return lines.length === 0 ? '' : `${lines.join('')}\n`;
}

function digests({ document, diagnostics }: CutPlan, head: string): string {
  const accepts = acceptsDigest(diagnostics);
  const accepted = accepts === null ? '' : `accepts sha256   ${accepts}\n`;
  return `document sha256  ${document.sha256}\n${accepted}cutplan sha256   ${head}\n`;
}
