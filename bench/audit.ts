// What auditing a long history costs, runs and all, against a shell loop of `git show` and `gpg --verify` over the same
// approvals, which proves far less. The history is made here, by git fast-import, with real signatures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, type PrivateKey } from 'openpgp';
import { z } from 'zod';
import { deriveRunId } from '../src/approval/run-id.ts';
import { approvalTemplate } from '../src/approval/template.ts';
import { sha256 } from '../src/digest/digest.ts';
import { signedUtc } from '../src/local/sovereign.ts';
import { detachSign } from '../src/local/throwaway-keys.ts';
import { runRecord } from '../src/report/run-record.ts';
import { chain, GENESIS, type Happening, type RunEvent } from '../src/run/events.ts';
import { recordOf } from '../src/run/record.ts';
import { fold } from '../src/run/state.ts';

/** 20,000 only where it is asked for: `BENCH_SIZES=2000,20000`. Making such a history takes minutes. */
const SIZES = (process.env['BENCH_SIZES'] ?? '2000').split(',').map(Number);
const ASKED = process.env['BENCH_KEYS']?.split(',');
/** Where histories are kept from one bench to the next; otherwise they are made and thrown away. */
const KEPT = process.env['BENCH_HISTORIES'];
/** So many approvals, spread evenly, go through the shell loop: all of 20,000 would take it minutes. */
const BY_HAND = 60;
const START_MS = Date.parse('2026-05-21T10:00:00Z');
const TEXT = '# The Law\n\n## Article 1\n\nBe kind.\n';
const KINDS = [
  { name: 'Ed25519', options: { type: 'ecc', curve: 'ed25519Legacy' }, target: 40 },
  { name: 'RSA-3072', options: { type: 'rsa', rsaBits: 3072 }, target: 20 },
] as const;

type Kind = (typeof KINDS)[number];

const measured = z.object({
  runs: z.number(),
  historyMs: z.number(),
  judgedMs: z.number(),
  peakMiB: z.number(),
});

export async function benchAudit(): Promise<void> {
  for (const kind of KINDS.filter(({ name }) => ASKED?.includes(name) ?? true)) {
    const peaks: { size: number; peakMiB: number }[] = [];
    for (const size of SIZES) peaks.push({ size, peakMiB: await benchOne({ kind, size }) });
    const [first, last] = [peaks[0], peaks.at(-1)];
    if (!first || !last || first === last) continue;
    console.log(
      `audit: ${kind.name}, ${last.size / first.size} times as many approvals take ` +
        `${(last.peakMiB / first.peakMiB).toFixed(1)} times the memory (goal: at most 3)`,
    );
  }
}

/** Its peak of memory. */
async function benchOne({ kind, size }: { kind: Kind; size: number }): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'countersign-bench-audit-'));
  try {
    const history = join(KEPT ?? root, `${kind.name}-${size}`);
    const keyFile = `${history}.asc`;
    if (!existsSync(keyFile)) await makeHistoryWith(kind, { size, history, keyFile });
    const { runs, historyMs, judgedMs, peakMiB } = audited(history, keyFile);
    if (runs !== size) throw new Error(`the audit found ${runs} runs of ${size}`);
    const each = (historyMs + judgedMs) / size;
    const byHand = timeByHand(history, { root, keyFile, size });
    console.log(
      `audit: ${kind.name}, ${size} approvals with their runs: ${each.toFixed(3)} ms each ` +
        `(reading the history ${(historyMs / size).toFixed(3)}, judging ${(judgedMs / size).toFixed(3)}), ` +
        `${Math.round(1000 / each)}/s (goal 10000); by hand ${byHand.toFixed(1)} ms each, measured on ` +
        `${Math.min(BY_HAND, size)} of them, ratio ${(byHand / each).toFixed(1)} (goal ${kind.target}); ` +
        `peak ${Math.round(peakMiB)} MiB`,
    );
    return peakMiB;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function audited(history: string, keyFile: string) {
  const script = join(import.meta.dirname, 'audited.ts');
  return measured.parse(JSON.parse(execFileSync(process.execPath, [script, history, keyFile]).toString()));
}

async function makeHistoryWith(
  { options }: Kind,
  { size, history, keyFile }: { size: number; history: string; keyFile: string },
): Promise<void> {
  const { privateKey } = await generateKey({
    ...options,
    userIDs: [{ name: 'bench' }],
    date: new Date(START_MS - 86_400_000),
    format: 'object',
  });
  await makeHistory(history, { key: privateKey, size });
  // Last, so that a history that was not finished is made again.
  writeFileSync(keyFile, privateKey.toPublic().armor());
}

function pathOf(n: number): string {
  return `approvals/${String(n).padStart(6, '0')}.md`;
}

/** Milliseconds for each approval, as somebody with a shell would do it. */
function timeByHand(
  directory: string,
  { root, keyFile, size }: { root: string; keyFile: string; size: number },
): number {
  const env = { PATH: process.env['PATH'], GNUPGHOME: join(root, 'gnupg') };
  mkdirSync(env.GNUPGHOME, { mode: 0o700 });
  execFileSync('gpg', ['--batch', '--quiet', '--import', keyFile], { env });
  const sample = Math.min(BY_HAND, size);
  const paths = Array.from({ length: sample }, (_, index) => pathOf(Math.floor((index * size) / sample)));
  writeFileSync(
    join(root, 'by-hand.sh'),
    'set -e\nfor path in "$@"; do\n  git -C "$CLONE" show "HEAD:$path" > document\n  git -C "$CLONE" show "HEAD:$path.asc" > document.asc\n  gpg --batch --quiet --verify document.asc document 2>/dev/null\ndone\n',
  );
  const began = performance.now();
  execFileSync('sh', ['by-hand.sh', ...paths], { cwd: root, env: { ...env, CLONE: directory } });
  return (performance.now() - began) / sample;
}

/** Merges of one approval each, then the records of the runs that they opened. */
async function makeHistory(
  directory: string,
  { key, size }: { key: PrivateKey; size: number },
): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
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
    const path = pathOf(n);
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
