// `countersign audit CLONE`: everything that a clone says of approvals and runs, judged from git and the given keys alone.
// Exit status: 0 clean, 1 errors or warnings, 2 could not be audited.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { PURPOSES } from '../approval/gates.ts';
import { readKeys } from '../approval/key-ring.ts';
import type { Trust } from '../audit/approvals.ts';
import { type Audit, type AuditOptions, auditClone } from '../audit/audit.ts';
import { type Evidence, openEvidence } from '../audit/evidence.ts';
import { auditPage } from '../audit/html.ts';
import { auditJson, auditText } from '../audit/told.ts';
import { processEnvironment, readSovereign } from '../deployment/config.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import { COSIGNATURE_TYPE } from '../record/cosignature.ts';
import { decodeVerifierKey, type NoteKey } from '../record/note.ts';
import { type Authority, authorityIn } from '../record/time-stamp-authority.ts';
import { cosignAudited, readCosigner, rememberedBy } from './cosign.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';
import { servedRows } from './served-rows.ts';

interface Options {
  readonly keys?: string;
  readonly signer?: readonly string[];
  readonly threshold: string;
  readonly at: string;
  readonly json?: true;
  readonly html?: string;
  readonly database?: string;
  readonly witness?: readonly string[];
  readonly timestampAuthority?: readonly string[];
  readonly cosign?: string;
  readonly as?: string;
}

export function auditCommand(): Command {
  return new Command('audit')
    .description(
      'judge every approval and every run of a clone, from git alone: exit 0 clean, 1 findings, 2 could not audit',
    )
    .argument('<clone>', 'a clone of the governed repository, with its whole history')
    .option('--keys <directory>', 'public keys (default: SOVEREIGN_KEY_DIR)')
    .option('--signer <fingerprint...>', 'pinned primary fingerprints (default: SOVEREIGN_GPG_FPR)')
    .option('--threshold <count>', 'distinct signers asked for', '1')
    .option('--at <ref>', 'a branch, tag or commit, or a time as YYYY-MM-DDTHH:MM:SSZ', 'HEAD')
    .option('--database <url>', 'hold every unit in force against its signed plan, by a login that may read')
    .option('--witness <key...>', 'witnesses (<name>+<hash>+<key>) that must have cosigned the log')
    .option(
      '--timestamp-authority <file...>',
      'certificates (PEM) of authorities, one of which must have stamped each statement',
    )
    .option('--cosign <key file>', 'cosign the newest checkpoint, if everything is clean')
    .option('--as <name>', 'under which name to cosign, such as audit-office.example')
    .option('--json', 'print the audit as JSON')
    .option('--html <file>', 'write the audit as a page besides')
    .action(audit);
}

async function audit(clone: string, options: Options): Promise<void> {
  const trust = await readTrust(options);
  const { database } = options;
  const cosigner = options.cosign === undefined ? undefined : readCosigner(options.cosign, options.as);
  if (cosigner && options.at !== 'HEAD')
    throw new CliFault('--cosign takes the newest state alone: leave --at away');
  const witnesses = {
    keys: (options.witness ?? []).map(readWitness),
    remembered: cosigner ? rememberedBy(cosigner) : [],
  };
  const asked = {
    ...(database === undefined ? {} : { served: servedRows(database) }),
    ...(options.timestampAuthority && { authorities: options.timestampAuthority.map(readAuthority) }),
  };
  await auditAt(clone, { at: readAt(options.at), trust, witnesses, ...asked }, async (audited, evidence) => {
    const isClean = audited.counts.error + audited.counts.warning === 0;
    if (options.html !== undefined) writeFileSync(options.html, auditPage(audited));
    process.stdout.write(options.json ? auditJson(audited) : auditText(audited));
    process.exitCode = isClean ? EXIT.done : EXIT.no;
    if (!cosigner) return;
    const done = isClean
      ? await cosignAudited(cosigner, { audit: audited, evidence, at: new Date() })
      : 'Nothing was cosigned: what is not clean is not to be held for ever.\n';
    process.stderr.write(done);
  });
}

function readWitness(text: string): NoteKey {
  const read = decodeVerifierKey(text, { type: COSIGNATURE_TYPE });
  if (read.ok) return read.value;
  throw new CliFault(`--witness ${text} ${read.flaw.detail}, as a witness has for cosignatures`);
}

function readAuthority(path: string): Authority {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch {
    throw new CliFault(`--timestamp-authority: ${path} cannot be read`);
  }
  const read = authorityIn(pem);
  if (typeof read === 'string') throw new CliFault(`--timestamp-authority: ${path} ${read}`);
  return read;
}

async function auditAt(
  clone: string,
  { at, ...asked }: { readonly at: string | Date } & Omit<AuditOptions, 'onRun'>,
  then: (audit: Audit, evidence: Evidence) => Promise<void>,
): Promise<void> {
  const tell = progress();
  const evidence = await openEvidence(clone, {
    at,
    onProgress: (done, all) => tell('commits', done, all),
  });
  try {
    await then(
      await auditClone(evidence, { ...asked, onRun: (done, all) => tell('runs', done, all) }),
      evidence,
    );
  } finally {
    await evidence.close();
  }
}

/** Told on stderr once a second, so that a short history says nothing. */
function progress(): (what: string, done: number, all: number) => void {
  let last = performance.now();
  return (what, done, all) => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    process.stderr.write(`${done.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} ${what}\n`);
  };
}

async function readTrust({ keys, signer, threshold }: Options): Promise<Trust> {
  const { fingerprints, keyDirectory } = readSovereign({
    ...processEnvironment(),
    ...(keys === undefined ? {} : { SOVEREIGN_KEY_DIR: keys }),
    ...(signer === undefined ? {} : { SOVEREIGN_GPG_FPR: signer.join(',') }),
  });
  const wanted = Number(threshold);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new CliFault(`--threshold ${threshold} is no count of signers`);
  return {
    keys: await readKeys(await readKeyDirectory(keyDirectory), { pinned: fingerprints, now: new Date() }),
    policy: { thresholds: Object.fromEntries(PURPOSES.map((purpose) => [purpose, wanted])) },
  };
}

function readAt(text: string): string | Date {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return text;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new CliFault(`--at ${text} is no instant`);
  return at;
}
