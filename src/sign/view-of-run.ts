// What there is to read before a gate of a run is signed, as lines for a terminal: from files of the record that the audit
// has made again byte for byte, or from the document itself.
import type { Gate } from '../approval/gates.ts';
import { fileAt } from '../audit/evidence.ts';
import { keptOf } from '../audit/files.ts';
import type { Court } from '../audit/run.ts';
import { planDocument } from '../document/plan.ts';
import { visible } from '../document/visible.ts';
import { renderOutline } from '../plan/outline.ts';
import { revertPlanObject } from '../record/revert-plan.ts';
import { foundLines } from '../run/record.ts';
import { phasesOf, STRETCHES } from '../run/road.ts';
import type { RunState } from '../run/state.ts';
import { STOPS } from '../stop/stop.ts';

export interface ViewOfRun {
  readonly text: string;
  /** Whether its plan was made again. */
  readonly planned: boolean;
}

export async function viewOfRun(
  state: RunState,
  { gate, court }: { gate: Gate; court: Court },
): Promise<ViewOfRun> {
  const planned = state.finished.some(({ phase }) => phase === 'cutplan');
  return { planned, text: await textFor(gate, { state, court, planned }) };
}

/** The document at the commit of the opening. */
export function sourceOf({ source, approvals }: RunState, { evidence }: Court): Promise<Buffer | undefined> {
  return fileAt(evidence, { path: source.path, commit: approvals[0].commit });
}

async function textFor(
  gate: Gate,
  { state, court, planned }: { state: RunState; court: Court; planned: boolean },
): Promise<string> {
  switch (gate) {
    case 'SG_1_cut_authz':
      return planView(state, court);
    case 'SG_2_lifecycle_authz':
      return `${await planView(state, court)}\n${found(state)}`;
    case 'SG_R_revert_authz':
      return revertView(state, court);
    case 'SG_H_release_authz':
      return `${stopView(state)}${planned ? `\n${await planView(state, court)}` : ''}`;
    case 'GAP7_execution_enable':
      return planned ? planView(state, court) : '';
    default:
      return gate satisfies never;
  }
}

async function planView(state: RunState, court: Court): Promise<string> {
  const changes = (await keptOf(state, court.evidence)).get('changes.md');
  if (changes !== undefined) return fromMarkdown(changes.toString('utf8'));
  const bytes = await sourceOf(state, court);
  if (bytes === undefined) return '';
  const { granularity, profile } = state;
  const cut = planDocument(bytes, { granularity, ...(profile === null ? {} : { profile }) });
  return `Everything in it is new: ${cut.rows.length} units, each a part of the document as it stands.\n\n${renderOutline(cut, { maxRows: 400, width: 100 })}`;
}

/** The page without its marks; its lines of text are the document's, already shown as a reader must see them. */
function fromMarkdown(page: string): string {
  return page
    .split('\n')
    .filter((line) => !/^(`{3,}|~{3,})/.test(line) && !/^\| [:-]/.test(line))
    .map((line) => line.replace(/^#+ /, '').split('\t').map(visible).join('\t'))
    .join('\n');
}

/** What the phases of the cut found. */
function found(state: RunState): string {
  const cut = STRETCHES.find(({ opensWith }) => opensWith === 'SG_1_cut_authz');
  const names: readonly string[] = cut?.steps.flatMap(phasesOf).map(({ name }) => name) ?? [];
  const lines = state.finished
    .filter(({ phase }) => names.includes(phase))
    .flatMap((entry) => [entry.phase, ...foundLines(entry).map((line) => `  ${line.replaceAll('`', '')}`)]);
  return ['What the bot wrote and verified, by its log:', ...lines].map(visible).join('\n');
}

async function revertView(state: RunState, { evidence }: Court): Promise<string> {
  const file = (await keptOf(state, evidence)).get('revert-plan.json');
  if (file === undefined) return '';
  const plan = revertPlanObject.parse(JSON.parse(file.toString('utf8')));
  const units = plan.units.map(({ key, title, from, to }) =>
    visible(`  ${key}: ${from} → ${to}  (${title})`),
  );
  return [`${plan.mode} revert: ${plan.units.length} units, ${plan.versions.length} versions`, ...units].join(
    '\n',
  );
}

function stopView({ position }: RunState): string {
  if (position.status !== 'HELD') return '';
  const { sentence, next } = STOPS[position.code];
  return [
    `Held in ${position.phase} by ${position.code}: ${sentence}.`,
    `  ${visible(position.detail)}`,
    `What to do first: ${next}`,
    '',
  ].join('\n');
}
