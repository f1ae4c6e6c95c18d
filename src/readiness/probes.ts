// How each condition is probed. The parts come from outside, so that the bot, the check and the CLI ask the same way.
import { KEY_WARNING_MS, type KeyRing, keyWarnings } from '../approval/key-ring.ts';
import type { RunId } from '../approval/run-id.ts';
import type { BackupKey } from '../backup/key.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { probeGrants } from '../governed/grants.ts';
import type { DryRun } from '../run/dry-run.ts';
import { type Attestation, acceptedSkips, whyNotAttested } from './attestation.ts';
import type { Probed, Probes } from './conditions.ts';
import { compareTree, MANIFEST_FILE, type ReleaseManifest, type TreeComparison } from './manifest.ts';

/** What the deployment says of itself. */
export interface Release {
  /** The folder that holds src/. */
  readonly root: string;
  readonly deployedSourceCommit: string | undefined;
  manifest(): Promise<ReleaseManifest | undefined>;
  attestation(): Promise<Attestation | undefined>;
}

type WindowedGate = 'GAP7_execution_enable' | 'SG_1_cut_authz';

export interface InWindow {
  readonly path: string;
  readonly runId: RunId;
  readonly until: string;
}

export interface ProbeParts {
  readonly release: Release;
  readonly governed: GovernedDatabase;
  /** Throws Stop `key_unusable`. */
  backupKey(): Promise<BackupKey>;
  /** The dry run of the document that a run would be opened for; undefined when the document is not known. */
  rehearse(): Promise<DryRun | undefined>;
  /** An approval for this gate that covers this very moment, and whose run it moves. */
  inWindow(gate: WindowedGate): Promise<InWindow | undefined>;
  /** Runs of this document that are executing. */
  executing(): Promise<readonly RunId[]>;
  /** Runs that have committed something, by their logs, which the governed database has not. */
  gone(): Promise<readonly string[]>;
  /** Throws KeyFault. */
  keys(): Promise<KeyRing>;
  /** The enabling approval that is being judged right now, if any: its path. */
  readonly enabledBy: string | undefined;
  now(): Date;
}

export function probesOf(parts: ProbeParts): Probes {
  const { release, governed, now } = parts;
  const tree = lookOnce(release);
  return {
    'PRE-1': () => approvalInWindow(parts, 'SG_1_cut_authz'),
    async 'PRE-2'() {
      const { pass, evidence } =
        parts.enabledBy === undefined
          ? await approvalInWindow(parts, 'GAP7_execution_enable')
          : { pass: true, evidence: parts.enabledBy };
      const ending = keyWarnings(await parts.keys(), now()).map(
        ({ fingerprint, expiresAt }) =>
          `; key ${fingerprint} expires ${expiresAt.toISOString().slice(0, 10)}: renew it soon`,
      );
      return { pass, evidence: `${evidence}${ending.join('')}` };
    },
    async 'PRE-3'() {
      const { fingerprint, expiresAt } = await parts.backupKey();
      const ends = expiresAt ? `expires ${expiresAt.toISOString().slice(0, 10)}` : 'does not expire';
      const soon = expiresAt !== undefined && expiresAt.getTime() - now().getTime() < KEY_WARNING_MS;
      return {
        pass: true,
        evidence: `${fingerprint} can encrypt and ${ends}${soon ? ': renew it soon' : ''}`,
      };
    },
    async 'PRE-4'() {
      const rehearsal = await parts.rehearse();
      if (!rehearsal) return { pass: false, evidence: 'no governed document of that name' };
      if (rehearsal.green) return { pass: true, evidence: `${rehearsal.phases.length} phases ran dry` };
      const { phase, stop } = rehearsal.stop;
      return { pass: false, evidence: `${phase}: ${stop.code}, ${stop.detail}` };
    },
    async 'PRE-5'() {
      const { matrix, deviations } = await governed.read('cutter_exec', (reader) => probeGrants(reader));
      const [first] = deviations;
      // No reason not to open a run: the first step of it is held, and a signed release says that the loss is known.
      const gone = await parts.gone();
      const lacks = gone.length > 0 ? `; the database lacks what was committed by ${gone.join(', ')}` : '';
      if (!first) return { pass: true, evidence: `${matrix.length} privileges as expected${lacks}` };
      const more = deviations.length > 1 ? ` and ${deviations.length - 1} more` : '';
      return {
        pass: false,
        evidence: `${first.kind}: ${first.role} ${first.privilege} on ${first.object}${more}`,
      };
    },
    'PRE-6': () => deployedAsReleased(release, tree),
    'PRE-7': () => suitePassed(release, tree),
    async 'PRE-8'() {
      const [first] = await parts.executing();
      if (first === undefined) return { pass: true, evidence: 'no run of this document is executing' };
      return { pass: false, evidence: `${first} is executing` };
    },
  };
}

async function approvalInWindow({ inWindow }: ProbeParts, gate: WindowedGate): Promise<Probed> {
  const found = await inWindow(gate);
  if (!found) return { pass: false, evidence: `no ${gate} approval is within its window` };
  const { path, runId, until } = found;
  return { pass: true, evidence: `${path} for ${runId}, until ${until}` };
}

interface Tree {
  readonly manifest: ReleaseManifest;
  readonly compared: TreeComparison;
}

/** Reading the packages takes a second: one look serves every condition that is assessed together. */
function lookOnce(release: Release): () => Promise<Tree | undefined> {
  let looked: Promise<Tree | undefined> | undefined;
  const look = async (): Promise<Tree | undefined> => {
    const manifest = await release.manifest();
    return manifest && { manifest, compared: await compareTree(release.root, manifest) };
  };
  return () => {
    looked ??= look();
    return looked;
  };
}

async function deployedAsReleased(
  { deployedSourceCommit }: Release,
  look: () => Promise<Tree | undefined>,
): Promise<Probed> {
  const tree = await look();
  if (!tree) return { pass: false, evidence: `there is no ${MANIFEST_FILE}` };
  const { files, packages, deviations } = tree.compared;
  const counts = `${files.matching} of ${files.listed} files, ${packages.matching} of ${packages.listed} packages`;
  if (deviations.length > 0) return { pass: false, evidence: `${counts}; ${deviations.join('; ')}` };
  const { source_commit: released } = tree.manifest;
  if (deployedSourceCommit !== released) {
    const named = deployedSourceCommit ?? 'no commit';
    return {
      pass: false,
      evidence: `${counts}, but orchestrator.config.json names ${named}, the manifest ${released}`,
    };
  }
  return { pass: true, evidence: `${counts} of ${released}` };
}

async function suitePassed(release: Release, look: () => Promise<Tree | undefined>): Promise<Probed> {
  const tree = await look();
  if (!tree) return { pass: false, evidence: `there is no ${MANIFEST_FILE} to say which tree this is` };
  const attestation = await release.attestation();
  const why = whyNotAttested(attestation, tree.compared.treeSha256);
  if (why !== undefined || !attestation) return { pass: false, evidence: why ?? 'no attestation' };
  const passed = `${attestation.passed} tests passed at ${attestation.at}`;
  return { pass: true, evidence: [passed, ...acceptedSkips(attestation)].join('; ') };
}
