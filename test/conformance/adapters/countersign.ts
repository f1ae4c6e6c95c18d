// This software for the conformance runner: one question a line in, one answer a line out.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type AdmissionRequest, admit } from '../../../src/approval/admission.ts';
import { readKeys } from '../../../src/approval/key-ring.ts';
import type { Sha256 } from '../../../src/digest/digest.ts';
import { planDocument } from '../../../src/document/plan.ts';
import { treeHead } from '../../../src/merkle/tree-head.ts';
import { isConsistent, isIncluded } from '../../../src/merkle/tree-proof.ts';
import { linesOf, planChange } from '../../../src/plan/change.ts';
import { planFile } from '../../../src/plan/plan-lines.ts';
import { standingAfter, textsOf } from '../../../src/plan/standing.ts';
import { verifyReceipt } from '../../../src/record/receipt-verify.ts';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');

type Answer = Readonly<Record<string, unknown>>;

const bytes = z.string().transform((text) => Buffer.from(text, 'base64'));
const path = z.array(z.string().transform((text) => text as Sha256));
const digest = z.string().transform((text) => text as Sha256);

const KINDS: Readonly<Record<string, (question: unknown) => Promise<Answer> | Answer>> = {
  async approval(question) {
    const named = z.object({ path: z.string(), bytes });
    const asked = z
      .looseObject({
        ...{ path: z.string(), document: bytes, signatures: z.array(named), pinned: z.array(z.string()) },
        ...{ keys: z.array(z.object({ name: z.string(), bytes })), now: z.string() },
        ledger: z.object({ documents: z.array(z.string()) }),
        thresholds: z.record(z.string(), z.number()),
      })
      .parse(question);
    const now = new Date(asked.now);
    const verdict = await admit({
      ...(asked as unknown as Pick<AdmissionRequest, 'change' | 'expect'>),
      approval: { path: asked.path, bytes: asked.document },
      signatures: asked.signatures,
      ledger: { documents: new Set(asked.ledger.documents), withdrawn: new Map(), spent: new Set() },
      keys: await readKeys(asked.keys, { pinned: asked.pinned, now }),
      policy: { thresholds: asked.thresholds },
      now,
    });
    return verdict.verdict === 'accepted'
      ? { verdict: 'accepted' }
      : { verdict: 'rejected', reason: verdict.reason };
  },

  plan(question) {
    const asked = z
      .object({
        document: bytes,
        document_id: z.string(),
        earlier: bytes.optional(),
        profile: z.string().optional(),
      })
      .parse(question);
    const how = asked.profile === undefined ? {} : { profile: asked.profile };
    const plan = planDocument(asked.document, how);
    const earlier = asked.earlier && planDocument(asked.earlier, how);
    const change = planChange(plan, earlier ? standingAfter(earlier) : [], {
      documentId: asked.document_id,
      ...(earlier ? { texts: textsOf(earlier) } : {}),
    });
    return { head: change.cutplan_sha256, plan: Buffer.from(planFile(linesOf(change))).toString('base64') };
  },

  plan_head(question) {
    const { plan } = z.object({ plan: bytes }).parse(question);
    return { head: treeHead(plan.toString().replace(/\n$/, '').split('\n')) };
  },

  inclusion(question) {
    const claim = z
      .object({ leaf: bytes, index: z.number(), size: z.number(), path, head: digest })
      .parse(question);
    return { verdict: isIncluded(claim) ? 'accepted' : 'rejected' };
  },

  consistency(question) {
    const claim = z
      .object({ oldSize: z.number(), oldHead: digest, size: z.number(), head: digest, path })
      .parse(question);
    return { verdict: isConsistent(claim) ? 'accepted' : 'rejected' };
  },

  async receipt(question) {
    const { file, pinned } = z.object({ file: bytes, pinned: z.array(z.string()) }).parse(question);
    const verdict = await verifyReceipt(file, { pinned });
    return verdict.verdict === 'genuine'
      ? { verdict: 'accepted' }
      : { verdict: 'rejected', reason: verdict.reason };
  },

  /** By the command itself: what it prints and how it ends is the product. */
  clone(question) {
    const named = z.object({ name: z.string(), bytes });
    const asked = z
      .object({ bundles: z.array(z.string()), signers: z.array(z.string()), keys: z.array(named) })
      .parse(question);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-conformance-'));
    const [genuine = '', tampered] = asked.bundles;
    const git = (...args: string[]) => execFileSync('git', args, { stdio: 'pipe' });
    try {
      git('clone', '--quiet', '--bare', '--branch', 'main', genuine, join(folder, 'clone'));
      if (tampered !== undefined) {
        git('-C', join(folder, 'clone'), 'fetch', '--quiet', tampered, 'tampered:tampered');
        git('-C', join(folder, 'clone'), 'symbolic-ref', 'HEAD', 'refs/heads/tampered');
      }
      mkdirSync(join(folder, 'keys'));
      for (const key of asked.keys) writeFileSync(join(folder, 'keys', key.name), key.bytes);
      const args = [
        'audit',
        join(folder, 'clone'),
        '--keys',
        join(folder, 'keys'),
        '--signer',
        ...asked.signers,
      ];
      const { status } = spawnSync(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
      return { verdict: status === 0 ? 'clean' : status === 1 ? 'findings' : 'fault' };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as { kind: string };
  const answer = (await KINDS[question.kind]?.(question)) ?? { verdict: 'unsupported' };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
