// What auditing a long history costs, runs and all, against a shell loop of `git show` and `gpg --verify` over the same
// approvals, which proves far less. The history is made here, by git fast-import, with real signatures.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, type PrivateKey } from 'openpgp';
import { type KeyRing, readKeys } from '../src/approval/key-ring.ts';
import { deriveRunId } from '../src/approval/run-id.ts';
import { approvalTemplate } from '../src/approval/template.ts';
import { auditClone } from '../src/audit/audit.ts';
import { openEvidence } from '../src/audit/evidence.ts';
import { sha256 } from '../src/digest/digest.ts';
import { signedUtc } from '../src/local/sovereign.ts';
import { detachSign } from '../src/local/throwaway-keys.ts';
import { runRecord } from '../src/report/run-record.ts';
import { chain, GENESIS, type Happening, type RunEvent } from '../src/run/events.ts';
import { recordOf } from '../src/run/record.ts';
import { fold } from '../src/run/state.ts';

const SIZES = (process.env['BENCH_SIZES'] ?? '2000,20000').split(',').map(Number);
const BY_HAND = 60;
const START_MS = Date.parse('2026-05-21T10:00:00Z');
const TEXT = '# The Law\n\n## Article 1\n\nBe kind.\n';
const KINDS = [
  { name: 'Ed25519', options: { type: 'ecc', curve: 'ed25519Legacy' }, target: 40 },
  { name: 'RSA-3072', options: { type: 'rsa', rsaBits: 3072 }, target: 20 },
] as const;

export async function benchAudit(): Promise<void> {
  for (const kind of KINDS) {
    const { privateKey } = await generateKey({
      ...kind.options,
      userIDs: [{ name: 'bench' }],
      date: new Date(START_MS - 86_400_000),
      format: 'object',
    });
    for (const size of SIZES) await benchOne({ ...kind, key: privateKey, size });
  }
}

interface Bench {
  readonly name: string;
  readonly target: number;
  readonly key: PrivateKey;
  readonly size: number;
}

async function benchOne({ name, target, key, size }: Bench): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'countersign-bench-audit-'));
  try {
    const directory = join(root, 'clone');
    const made = await makeHistory(directory, { key, size });
    const keys = await ringOf(key);
    const began = performance.now();
    const audit = await auditOf(directory, keys);
    const each = (performance.now() - began) / size;
    if (audit.counts.error + audit.counts.warning > 0 || audit.runs.length !== size)
      throw new Error(`the audit found ${JSON.stringify(audit.findings.slice(0, 3))}`);
    const byHand = timeByHand(directory, { root, key, paths: made });
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `audit: ${name}, ${size} approvals with their runs: ${each.toFixed(2)} ms each, ${Math.round(1000 / each)}/s, ` +
        `by hand ${byHand.toFixed(1)} ms each, ratio ${(byHand / each).toFixed(1)} (goal ${target}), peak ${peak} MiB`,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function auditOf(directory: string, keys: KeyRing) {
  const evidence = await openEvidence(directory);
  try {
    return await auditClone(evidence, { trust: { keys, policy: { thresholds: {} } } });
  } finally {
    await evidence.close();
  }
}

function ringOf(key: PrivateKey): Promise<KeyRing> {
  const file = { name: 'bench.asc', bytes: Buffer.from(key.toPublic().armor()) };
  return readKeys([file], { pinned: [key.getFingerprint()], now: new Date(START_MS) });
}

/** Milliseconds for each approval, as somebody with a shell would do it. */
function timeByHand(
  directory: string,
  { root, key, paths }: { root: string; key: PrivateKey; paths: readonly string[] },
): number {
  const env = { PATH: process.env['PATH'], GNUPGHOME: join(root, 'gnupg') };
  execFileSync('mkdir', ['-m', '700', env.GNUPGHOME]);
  spawnSync('gpg', ['--batch', '--quiet', '--import'], { input: key.toPublic().armor(), env });
  writeFileSync(
    join(root, 'by-hand.sh'),
    'set -e\nfor path in "$@"; do\n  git -C "$CLONE" show "HEAD:$path" > document\n  git -C "$CLONE" show "HEAD:$path.asc" > document.asc\n  gpg --batch --quiet --verify document.asc document 2>/dev/null\ndone\n',
  );
  const began = performance.now();
  execFileSync('sh', ['by-hand.sh', ...paths.slice(0, BY_HAND)], {
    cwd: root,
    env: { ...env, CLONE: directory },
  });
  return (performance.now() - began) / Math.min(BY_HAND, paths.length);
}

/** Merges of one approval each, then the records of the runs that they opened. Returns the paths of the approvals. */
async function makeHistory(
  directory: string,
  { key, size }: { key: PrivateKey; size: number },
): Promise<string[]> {
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  const approvals: { path: string; text: string; at: Date; mark: number }[] = [];
  const stream = new Import(directory);
  stream.commit({ at: new Date(START_MS), files: [['documents/law.md', TEXT]] });
  for (let n = 0; n < size; n += 1) {
    const at = new Date(START_MS + n * 1000);
    const text = approvalTemplate({
      gate: 'GAP7_execution_enable',
      bindings: {
        ...{ deployment: 'bench', document_id: `law-${n}`, mode: 'LIVE', source_sha256: sha256(TEXT) },
      },
      signedUtc: signedUtc(at),
    });
    const path = `approvals/${String(n).padStart(6, '0')}.md`;
    const signature = await detachSign(text, { key: { privateKey: key }, at });
    const mark = stream.merge({
      at,
      files: [
        [path, text],
        [`${path}.asc`, signature],
      ],
    });
    approvals.push({ path, text, at, mark });
  }
  stream.end();
  const ids = stream.ids();
  const records = new Import(directory, 'refs/heads/main');
  for (const { path, text, at, mark } of approvals) {
    const files = recordFor({ path, text, at, commit: ids.get(mark) ?? '', key });
    records.commit({ at: new Date(START_MS + size * 1000), files: [...files] });
  }
  records.end();
  return approvals.map(({ path }) => path);
}

/** A run that was opened, stopped at once, and abandoned: the shortest that there is. */
function recordFor(options: {
  path: string;
  text: string;
  at: Date;
  commit: string;
  key: PrivateKey;
}): ReadonlyMap<string, string> {
  const { path, text, at, commit, key } = options;
  const digest = sha256(text);
  const run_id = deriveRunId({ documentSha256: digest, signedAt: at });
  const document_id = /^document_id: (.*)$/m.exec(text)?.[1] ?? '';
  const entries: Happening[] = [
    {
      type: 'run_opened',
      approval: {
        ...{ gate: 'GAP7_execution_enable', path, commit, pull: 1, document_sha256: digest },
        signers: [key.getFingerprint().toUpperCase()],
        signed_at: at.toISOString(),
        valid_until: new Date(at.getTime() + 86_400_000).toISOString(),
      },
      ...{ repository: 'bench/law', document_id, deployment: 'bench' },
      source: { path: 'documents/law.md', sha256: sha256(TEXT) },
      ...{ granularity: 'article', profile: null, sg1_only: false },
    },
    { type: 'phase_started', phase: 'source_pin' },
    { type: 'stopped', phase: 'source_pin', code: 'clock_skew', detail: 'the clock stood still' },
    { type: 'abandoned', by: 'bench', why: 'enough' },
  ];
  const events: RunEvent[] = [];
  for (const entry of entries) events.push(chain(events.at(-1) ?? GENESIS, { ...entry, run_id, at }));
  return runRecord(recordOf(fold(events), { events, kept: new Map() }));
}

type Files = readonly (readonly [path: string, content: string])[];

/** `git fast-import`, written to as a whole. */
class Import {
  readonly #directory: string;
  readonly #parts: string[] = ['feature done\n'];
  #mark = 0;
  #head: string | null;

  constructor(directory: string, head: string | null = null) {
    this.#directory = directory;
    this.#head = head;
  }

  commit({ at, files }: { at: Date; files: Files }, from = this.#head, branch = 'refs/heads/main'): number {
    this.#mark += 1;
    const time = `bench <bench@town.invalid> ${Math.floor(at.getTime() / 1000)} +0000`;
    this.#parts.push(`commit ${branch}\nmark :${this.#mark}\nauthor ${time}\ncommitter ${time}\ndata 1\nx\n`);
    if (from !== null) this.#parts.push(`from ${from.startsWith('refs/') ? `${from}^0` : from}\n`);
    for (const [path, content] of files)
      this.#parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
    if (branch === 'refs/heads/main') this.#head = `:${this.#mark}`;
    return this.#mark;
  }

  merge({ at, files }: { at: Date; files: Files }): number {
    const side = this.commit({ at, files }, this.#head, 'refs/heads/side');
    this.#mark += 1;
    const time = `bench <bench@town.invalid> ${Math.floor(at.getTime() / 1000)} +0000`;
    this.#parts.push(
      `commit refs/heads/main\nmark :${this.#mark}\nauthor ${time}\ncommitter ${time}\ndata 1\nx\nfrom ${this.#head}\nmerge :${side}\n`,
    );
    for (const [path, content] of files)
      this.#parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
    this.#head = `:${this.#mark}`;
    return this.#mark;
  }

  end(): void {
    const input = [...this.#parts, 'done\n'].join('');
    execFileSync(
      'git',
      ['-C', this.#directory, 'fast-import', '--quiet', '--export-marks=marks', '--force'],
      {
        input,
        maxBuffer: 1 << 28,
      },
    );
  }

  ids(): ReadonlyMap<number, string> {
    const text = execFileSync('cat', [join(this.#directory, 'marks')], { maxBuffer: 1 << 28 }).toString();
    return new Map(
      text
        .trimEnd()
        .split('\n')
        .map((line) => [Number(line.slice(1, line.indexOf(' '))), line.slice(line.indexOf(' ') + 1)]),
    );
  }
}
