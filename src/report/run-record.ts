// The run record: `runs/<run_id>/` in git, from which an auditor reads a run without asking anybody.
import { canonicalJson } from '../digest/digest.ts';
import { code, duration, utc } from './markdown.ts';

export interface RecordedPhase {
  readonly name: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly recovered: boolean;
  readonly lines: readonly string[];
  readonly output: unknown;
}

export interface RunRecord {
  readonly runId: string;
  /** The fold of the log, as JSON. */
  readonly state: Readonly<Record<string, unknown>>;
  /** One canonical JSON line for each entry. */
  readonly eventLines: readonly string[];
  readonly phases: readonly RecordedPhase[];
  /** The larger outputs by file name. */
  readonly artifacts: ReadonlyMap<string, string>;
}

/** Every file of the record by its path in the repository. */
export function runRecord(record: RunRecord): ReadonlyMap<string, string> {
  const folder = `runs/${record.runId}`;
  const files = new Map<string, string>();
  files.set(`${folder}/state.json`, pretty(record.state));
  files.set(`${folder}/events.jsonl`, record.eventLines.join(''));
  for (const [name, content] of record.artifacts) files.set(`${folder}/${name}`, content);
  for (const [index, phase] of record.phases.entries()) {
    const number = String(index + 1).padStart(2, '0');
    files.set(`${folder}/kb/${number}-${phase.name}.md`, renderPhase(phase, record.runId));
  }
  return files;
}

function renderPhase(
  { name, startedAt, durationMs, recovered, lines, output }: RecordedPhase,
  runId: string,
): string {
  const took = recovered
    ? 'The process died after the commit; this result was read back from the database.'
    : `It began at ${utc(startedAt)} and took ${duration(durationMs)}.`;
  return `# ${name}

Run ${code(runId)}. ${took}

${lines.map((line) => `- ${line}`).join('\n')}

\`\`\`json
${pretty(output).trimEnd()}
\`\`\`
`;
}

/** Indented JSON with sorted keys, so that a record published again is byte for byte the same. */
export function pretty(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;
}
