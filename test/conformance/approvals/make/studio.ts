// Where vectors are put together: it keeps the files, fills in what most vectors share, and writes everything at the end.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Gate } from '../../../../src/approval/gates.ts';
import type { Reason } from '../../../../src/approval/reasons.ts';
import { approvalTemplate } from '../../../../src/approval/template.ts';
import { FOLDER, signaturePaths, type Vector } from '../vector.ts';

export const NOW = '2026-05-21T12:00:00Z';
export const SIGNED = '2026-05-21T10:00:00Z';
export const BORN = '2026-05-01T00:00:00Z';
export const RUN = 'run-20260520-0123456789abcdef';
export const PATH = 'approvals/charter.md';
export const DIGEST = 'a'.repeat(64);

export const BINDINGS = {
  GAP7_execution_enable: {
    ...{ deployment: 'library', document_id: 'charter', source_sha256: DIGEST },
    ...{ recorder_key: DIGEST, mode: 'LIVE' },
  },
  SG_1_cut_authz: { run_id: RUN, cutplan_sha256: DIGEST, event_log_sha256: DIGEST },
  SG_2_lifecycle_authz: { run_id: RUN, evidence_sha256: DIGEST, event_log_sha256: DIGEST },
  SG_R_revert_authz: { run_id: RUN, revert_plan_sha256: DIGEST, event_log_sha256: DIGEST },
  SG_H_release_authz: { run_id: RUN, event_log_sha256: DIGEST },
} as const satisfies Record<Gate, object>;

export function approvalFor(gate: Gate = 'SG_1_cut_authz', signedUtc: string = SIGNED): string {
  return approvalTemplate({ gate, bindings: BINDINGS[gate], signedUtc });
}

/** One signed document with the keys that are needed to judge it. */
export interface Signed {
  readonly document: string;
  readonly signatures: readonly string[];
  readonly keys: readonly string[];
  readonly pinned: readonly string[];
  readonly madeBy: Vector['made_by'];
}

type Facts = Partial<Pick<Vector, 'path' | 'now' | 'change' | 'expect' | 'ledger' | 'thresholds'>>;

export class Studio {
  readonly #files = new Map<string, Uint8Array>();
  readonly #keys = new Map<string, Uint8Array>();
  readonly #themes = new Map<string, Vector[]>();

  /** Keeps a file of a vector and gives its name. */
  file(name: string, bytes: Uint8Array | string): string {
    if (this.#files.has(name)) throw new Error(`two files are called ${name}`);
    this.#files.set(name, Buffer.from(bytes));
    return name;
  }

  key(name: string, bytes: Uint8Array | string): string {
    if (this.#keys.has(name)) throw new Error(`two keys are called ${name}`);
    this.#keys.set(name, Buffer.from(bytes));
    return name;
  }

  accept(name: string, signed: Signed, facts: Facts = {}): void {
    this.#add(name, { signed, facts, expected: { verdict: 'accepted' } });
  }

  /** `line`: where the refusal must point, when that is part of the promise. */
  reject(
    name: string,
    signed: Signed,
    { reason, line, ...facts }: Facts & { reason: Reason; line?: number },
  ): void {
    const expected = { verdict: 'rejected' as const, reason, ...(line === undefined ? {} : { line }) };
    this.#add(name, { signed, facts, expected });
  }

  #add(name: string, made: { signed: Signed; facts: Facts; expected: Vector['expected'] }): void {
    const { signed, facts, expected } = made;
    const theme = name.split(':')[0] ?? name;
    const vectors = this.#themes.get(theme) ?? [];
    if (vectors.some((vector) => vector.name === name)) throw new Error(`two vectors are called ${name}`);
    this.#themes.set(theme, vectors);
    vectors.push({
      name,
      made_by: signed.madeBy,
      path: PATH,
      document: signed.document,
      signatures: [...signed.signatures],
      keys: [...signed.keys],
      pinned: [...signed.pinned],
      now: NOW,
      change: null,
      expect: { bindings: {} },
      ledger: { documents: [] },
      thresholds: {},
      ...facts,
      expected,
    });
  }

  /** Replaces everything that an earlier run wrote. Returns the number of vectors. */
  write(): number {
    for (const folder of ['files', 'keys']) {
      rmSync(`${FOLDER}${folder}`, { recursive: true, force: true });
      mkdirSync(`${FOLDER}${folder}`);
    }
    for (const [name, bytes] of this.#files) writeFileSync(`${FOLDER}files/${name}`, bytes);
    for (const [name, bytes] of this.#keys) writeFileSync(`${FOLDER}keys/${name}`, bytes);
    for (const [theme, vectors] of this.#themes)
      writeFileSync(`${FOLDER}${theme}.json`, `${JSON.stringify(vectors, null, 2)}\n`);
    return [...this.#themes.values()].flat().length;
  }
}

/** What a sound pull request changed and what the tree holds. */
export function soundChange(count = 1): NonNullable<Vector['change']> {
  const paths = [PATH, ...signaturePaths(PATH, count)];
  const sha = '1'.repeat(40);
  return {
    fork: false,
    files: paths.map((path) => ({ path, status: 'added' })),
    tree: [
      { path: 'approvals', mode: '040000', type: 'tree', sha },
      ...paths.map((path) => ({ path, mode: '100644', type: 'blob', sha })),
    ],
    merged: 'default_branch',
  };
}
