// What verifying an approval costs, the key kept: against a `gpg --verify` process for each file, and against the bare
// `crypto.verify` of the same bytes. Every figure comes from one run on one machine, the contenders taking turns.
import { execFile, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign as signBare, verify as verifyBare } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKey, type PrivateKey } from 'openpgp';
import { admit } from '../src/approval/admission.ts';
import { type KeyRing, readKeys } from '../src/approval/key-ring.ts';
import { verifySignature } from '../src/approval/signature.ts';
import { approvalTemplate } from '../src/approval/template.ts';
import { detachSign } from '../src/local/throwaway-keys.ts';

const run = promisify(execFile);
const APPROVALS = 2000;
const GPG_APPROVALS = 60;
const IN_FLIGHT = 24;
const ROUNDS = 7;
const SIGNED_UTC = '2026-05-21T10:00:00Z';
const NOW = new Date('2026-05-21T12:00:00Z');

interface Kind {
  readonly name: string;
  readonly options: { type: 'ecc'; curve: 'ed25519Legacy' } | { type: 'rsa'; rsaBits: 3072 };
  readonly bare: { privateKey: KeyObject; publicKey: KeyObject };
  readonly bareHash: 'sha512' | null;
  readonly targets: { overBare: number; underGpg: number };
}

interface SignedApproval {
  readonly document: Buffer;
  readonly armored: Buffer;
  readonly bareSignature: Buffer;
}

interface Bench {
  readonly kind: Kind;
  readonly approvals: readonly SignedApproval[];
  readonly keys: KeyRing;
}

/** Prints, for Ed25519 and RSA-3072, microseconds for each approval and the ratios that there are targets for. */
export async function benchApproval(): Promise<void> {
  const kinds: readonly Kind[] = [
    {
      name: 'Ed25519',
      options: { type: 'ecc', curve: 'ed25519Legacy' },
      bare: generateKeyPairSync('ed25519'),
      bareHash: null,
      targets: { overBare: 2.5, underGpg: 15 },
    },
    {
      name: 'RSA-3072',
      options: { type: 'rsa', rsaBits: 3072 },
      bare: generateKeyPairSync('rsa', { modulusLength: 3072 }),
      bareHash: 'sha512',
      targets: { overBare: 4.5, underGpg: 6 },
    },
  ];
  console.log(`approval: ${APPROVALS} approvals, ${IN_FLIGHT} in flight, fastest of ${ROUNDS} rounds`);
  for (const kind of kinds) await benchKind(kind);
}

async function benchKind(kind: Kind): Promise<void> {
  const { privateKey } = await generateKey({
    ...kind.options,
    userIDs: [{ name: 'bench' }],
    date: new Date(0),
    format: 'object',
  });
  const file = { name: 'bench.asc', bytes: Buffer.from(privateKey.toPublic().armor()) };
  const keys = await readKeys([file], { pinned: [privateKey.getFingerprint()], now: NOW });
  const approvals = await Promise.all(
    Array.from({ length: APPROVALS }, (_, n) => make(kind, { key: privateKey, n })),
  );
  const bench = { kind, approvals, keys };

  const contenders = { bare: bareVerify, verified: ourVerify, admitted: ourAdmission };
  const times: Record<keyof typeof contenders, number[]> = { bare: [], verified: [], admitted: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const name of ['bare', 'verified', 'admitted'] as const)
      times[name].push(await microsecondsEach(APPROVALS, () => contenders[name](bench)));
  const bare = Math.min(...times.bare);
  const verified = Math.min(...times.verified);
  const admitted = Math.min(...times.admitted);
  const gpg = await gpgVerify(bench, file.bytes);

  const { overBare, underGpg } = kind.targets;
  console.log(
    `  ${kind.name}: bare ${bare.toFixed(0)} µs, signature ${verified.toFixed(0)} µs (${perSecond(verified)}/s), whole admission ${admitted.toFixed(0)} µs (${perSecond(admitted)}/s)`,
  );
  console.log(`    ${(verified / bare).toFixed(2)} × the time of crypto.verify (target ≤ ${overBare})`);
  if (gpg === undefined) console.log('    gpg is not installed: not compared with it');
  else
    console.log(
      `    ${(gpg / verified).toFixed(0)} × faster than a gpg process each, ${gpg.toFixed(0)} µs (target ≥ ${underGpg})`,
    );
}

async function make(kind: Kind, { key, n }: { key: PrivateKey; n: number }): Promise<SignedApproval> {
  const run_id = `run-20260520-${n.toString(16).padStart(16, '0')}`;
  const bindings = { run_id, cutplan_sha256: 'a'.repeat(64) };
  const document = Buffer.from(approvalTemplate({ gate: 'SG_1_cut_authz', bindings, signedUtc: SIGNED_UTC }));
  const at = new Date(SIGNED_UTC);
  const armored = await detachSign(document.toString(), { key: { privateKey: key }, at });
  const bareSignature = signBare(kind.bareHash, document, kind.bare.privateKey);
  return { document, armored: Buffer.from(armored), bareSignature };
}

async function bareVerify({ kind, approvals }: Bench): Promise<void> {
  for (const { document, bareSignature } of approvals)
    mustHold(verifyBare(kind.bareHash, document, kind.bare.publicKey, bareSignature));
}

async function ourVerify({ approvals, keys }: Bench): Promise<void> {
  await inFlight(approvals, async ({ document, armored }) => {
    mustHold((await verifySignature(armored, { document, keys, now: NOW })).ok);
  });
}

async function ourAdmission({ approvals, keys }: Bench): Promise<void> {
  await inFlight(approvals, async ({ document, armored }) => {
    const verdict = await admit({
      approval: { path: 'approvals/bench.md', bytes: document },
      signatures: [{ path: 'approvals/bench.md.asc', bytes: armored }],
      change: null,
      expect: { bindings: {} },
      ledger: null,
      keys,
      policy: { thresholds: {} },
      now: NOW,
    });
    mustHold(verdict.verdict === 'accepted');
  });
}

/** Microseconds for each file, one process after the other, as a shell loop does; undefined without gpg. */
async function gpgVerify({ approvals }: Bench, publicKey: Uint8Array): Promise<number | undefined> {
  if (spawnSync('gpg', ['--version']).status !== 0) return undefined;
  const home = await mkdtemp(join(tmpdir(), 'bench-'));
  const gpg = (...args: string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
  try {
    await writeFile(join(home, 'key.asc'), publicKey);
    await gpg('--import', join(home, 'key.asc'));
    const some = approvals.slice(0, GPG_APPROVALS);
    for (const [n, { document, armored }] of some.entries()) {
      await writeFile(join(home, `${n}.md`), document);
      await writeFile(join(home, `${n}.md.asc`), armored);
    }
    return await microsecondsEach(some.length, async () => {
      for (const n of some.keys()) await gpg('--verify', join(home, `${n}.md.asc`), join(home, `${n}.md`));
    });
  } finally {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true, force: true });
  }
}

async function inFlight<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function microsecondsEach(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1000) / count;
}

function perSecond(microseconds: number): string {
  return Math.round(1e6 / microseconds).toString();
}

function mustHold(holds: boolean): void {
  if (!holds) throw new Error('bench: a sound approval was refused');
}
