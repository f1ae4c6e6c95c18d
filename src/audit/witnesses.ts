// What witnesses have cosigned, runs/log/witness/: each file is a checkpoint that the log continues, never removed and never
// set back. Whoever puts the log anew, even with the recorder's key, cannot put these anew.
import { CHECKPOINT_PATH, readCheckpointText, type SignedCheckpoint } from '../record/checkpoint.ts';
import { cosignedAt, isWitnessPath } from '../record/cosignature.ts';
import { decodeNote, type NoteKey } from '../record/note.ts';
import { openAny, type Recorders, rootsAt } from './checkpoints.ts';
import { bytesOf, type Evidence, grownSteps } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';

export interface Witnesses {
  /** Whose cosignature the auditor asks for. */
  readonly keys: readonly NoteKey[];
  /** What a witness has kept on its own machine: the log must continue that as well. */
  readonly remembered: readonly { readonly where: string; readonly file: Uint8Array }[];
}

/** The newest checkpoint that a witness has cosigned in this clone. */
export interface Cosigned {
  readonly name: string;
  readonly size: number;
  readonly at: Date;
}

export interface JudgedWitnesses {
  readonly findings: readonly Finding[];
  readonly cosigned: readonly Cosigned[];
}

export interface WitnessContext {
  readonly evidence: Evidence;
  readonly trusted: Recorders;
  readonly witnesses: Witnesses;
  /** Every leaf; null where they cannot be read. */
  readonly lines: readonly string[] | null;
}

export async function judgeWitnesses(context: WitnessContext): Promise<JudgedWitnesses> {
  const { evidence, witnesses } = context;
  const findings: Finding[] = [];
  const cosigned = new Map<NoteKey, Cosigned>();
  for (const { path, now } of evidence.paths.values()) {
    if (!isWitnessPath(path)) continue;
    findings.push(...(await growthOf(path, context)));
    if (now) findings.push(...judgeFile(path, await bytesOf(now, evidence), { ...context, cosigned }));
  }
  for (const { where, file } of witnesses.remembered)
    findings.push(...judgeFile(where, file, { ...context, cosigned: new Map() }));
  for (const key of witnesses.keys)
    if (!cosigned.has(key))
      findings.push({
        code: 'cosignature_absent',
        where: CHECKPOINT_PATH,
        detail: `${key.name} has cosigned no checkpoint of this clone`,
      });
  return { findings, cosigned: [...cosigned.values()] };
}

export function isExplainedWitness(path: string, evidence: Evidence): boolean {
  return isWitnessPath(path) && evidence.paths.get(path)?.now?.mode === '100644';
}

async function growthOf(path: string, { evidence, trusted }: WitnessContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  let last = 0;
  for (const { after, commit } of grownSteps(evidence, path)) {
    const opened = after ? openAny(await bytesOf(after, evidence), trusted) : 'is gone';
    const size = typeof opened === 'string' ? 0 : opened.checkpoint.size;
    const who = `${commit.id} of ${commit.committer.name}`;
    if (size < last)
      findings.push({
        code: 'cosigned_set_back',
        where: path,
        detail: `it was over ${last} leaves, and ${after ? `over ${size}` : 'is gone'} since ${who}`,
      });
    last = size;
  }
  return findings;
}

function judgeFile(
  where: string,
  file: Uint8Array,
  {
    trusted,
    witnesses,
    lines,
    cosigned,
  }: Omit<WitnessContext, 'evidence'> & { readonly cosigned: Map<NoteKey, Cosigned> },
): Finding[] {
  const find = (code: FindingCode, detail: string): Finding => ({ code, where, detail });
  const note = decodeNote(file);
  if (!note.ok) return [find('cosigned_untrusted', `it ${note.flaw.detail}`)];
  const read = readCheckpointText(note.value.text);
  if (!read.ok) return [find('cosigned_untrusted', `it ${read.flaw.detail}`)];
  const findings: Finding[] = [];
  const opened: SignedCheckpoint | string = openAny(Buffer.from(file), trusted);
  if (typeof opened === 'string') findings.push(find('cosigned_untrusted', `it ${opened}`));
  const { size, root } = read.value;
  const at = witnesses.keys.map((key) => ({ key, at: cosignedAt(note.value, key) }));
  for (const { key, at: when } of at)
    if (when === 'wrong') findings.push(find('cosignature_wrong', `in the name of ${key.name}`));
  const by = at.filter(({ at: when }) => when instanceof Date).map(({ key }) => key.name);
  if (lines && rootsAt(lines, new Set([size])).get(size) !== root)
    findings.push(
      find(
        'cosigned_contradicted',
        `${by.length > 0 ? by.join(', ') : 'a witness'} saw another log of ${size} leaves than the ${lines.length} that are there`,
      ),
    );
  if (findings.length > 0) return findings;
  for (const { key, at: when } of at)
    if (when instanceof Date && size >= (cosigned.get(key)?.size ?? 0))
      cosigned.set(key, { name: key.name, size, at: when });
  return findings;
}
