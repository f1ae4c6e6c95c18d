// The cases of the corpus as any implementation is asked them: one question in JSON, and the answer that is expected.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readVectors, signaturePaths, FOLDER as VECTORS } from './approvals/vector.ts';
import { V1 } from './bundles.ts';

export interface Case {
  readonly part: 'approvals' | 'plans' | 'proofs' | 'receipts' | 'clones';
  readonly name: string;
  readonly question: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** Every field of it must be in the answer, and equal; a `reason` is compared, and counted apart. */
  readonly expected: Readonly<Record<string, unknown>>;
}

const json = <T>(path: string): T => JSON.parse(readFileSync(join(V1, path), 'utf8'));
const base64 = (path: string): string => readFileSync(path).toString('base64');

function approvals(): Case[] {
  return readVectors().map((vector) => {
    const {
      name,
      path,
      document,
      signatures,
      keys,
      pinned,
      now,
      change,
      expect,
      ledger,
      thresholds,
      expected,
    } = vector;
    const names = signaturePaths(path, signatures.length);
    const { line: _, ...answer } = { line: undefined, ...expected };
    return {
      ...{ part: 'approvals', name, expected: answer },
      question: {
        ...{ kind: 'approval', path, pinned, now, change, expect, ledger, thresholds },
        document: base64(join(VECTORS, 'files', document)),
        signatures: signatures.map((file, at) => ({
          path: names[at],
          bytes: base64(join(VECTORS, 'files', file)),
        })),
        keys: keys.map((file) => ({ name: file, bytes: base64(join(VECTORS, 'keys', file)) })),
      },
    };
  });
}

interface PlanCase {
  readonly name: string;
  readonly document: string;
  readonly document_id: string;
  readonly earlier?: string;
  readonly profile?: string;
  readonly plan: string;
  readonly head: string;
}

function plans(): Case[] {
  return json<PlanCase[]>('plans/cases.json').flatMap(
    ({ name, document, earlier, plan, head, ...asked }): Case[] => {
      const at = (file: string) => base64(join(V1, 'plans', file));
      const before = earlier === undefined ? {} : { earlier: at(earlier) };
      return [
        {
          ...{ part: 'plans', name, expected: { head, plan: at(plan) } },
          question: { kind: 'plan', document: at(document), ...before, ...asked },
        },
        {
          ...{ part: 'plans', name: `${name}: its head`, expected: { head } },
          question: { kind: 'plan_head', plan: at(plan) },
        },
      ];
    },
  );
}

interface Asked {
  readonly name: string;
  readonly question: Case['question'];
  readonly expected: Case['expected'];
}

function listed(part: 'proofs' | 'receipts'): Case[] {
  return json<Asked[]>(`${part}.json`).map((one) => ({ part, ...one }));
}

interface CloneCases {
  readonly keys: string;
  readonly signers: readonly string[];
  readonly cases: readonly { name: string; bundle: string; expected: Record<string, unknown> }[];
}

function clones(): Case[] {
  const { keys, signers, cases } = json<CloneCases>('clones/cases.json');
  return cases.map(({ name, bundle, expected }) => ({
    ...{ part: 'clones', name, expected: { verdict: expected['verdict'] } },
    question: {
      ...{ kind: 'clone', signers, keys: [{ name: keys, bytes: base64(join(V1, 'clones', keys)) }] },
      bundles: [...new Set(['genuine.bundle', bundle])].map((file) => join(V1, 'clones', file)),
    },
  }));
}

/** Every case of these parts, or of all. */
export function readCases(parts: readonly string[] = []): Case[] {
  const all = {
    approvals,
    plans,
    proofs: () => listed('proofs'),
    receipts: () => listed('receipts'),
    clones,
  };
  return Object.entries(all).flatMap(([part, read]) =>
    parts.length === 0 || parts.includes(part) ? read() : [],
  );
}
