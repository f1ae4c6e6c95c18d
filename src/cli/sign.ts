// `countersign sign`: sign what waits, in one's own clone, from what git holds and nothing else. It ends with 1 where it
// refuses, where the name is not typed, and where nothing waits.
import { spawnSync } from 'node:child_process';
import { Command, Option } from 'commander';
import type { KeyFile } from '../approval/key-ring.ts';
import { processEnvironment } from '../deployment/config.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import { PROFILE_NAMES } from '../document/profile.ts';
import { GRANULARITIES, type Granularity } from '../document/unit.ts';
import { hasColours } from '../local/terminal.ts';
import type { Asked, Wanted } from '../sign/asked.ts';
import { atTerminal } from '../sign/person.ts';
import type { Environment } from '../sign/program.ts';
import { session } from '../sign/session.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

interface Options {
  readonly open?: string;
  readonly revert?: string;
  readonly release?: string;
  readonly renew?: string;
  readonly withdraw?: string;
  readonly pull?: string;
  readonly pack?: string;
  readonly offline?: string;
  readonly carry?: string;
  readonly clone: string;
  readonly remote: string;
  readonly signer?: readonly string[];
  readonly keys?: string;
  readonly key?: string;
  readonly threshold: string;
  readonly deployment?: string;
  readonly path?: string;
  readonly recorderKey?: string;
  readonly profile?: string;
  readonly granularity?: Granularity;
  readonly accept?: true;
  readonly repository?: string;
}

export function signCommand(): Command {
  return new Command('sign')
    .description(
      'sign what waits for you, computed in your own clone: exit 0 sent, 1 refused or not meant, 2 could not be done',
    )
    .argument('[run]', 'the run whose next gate is signed (default: whatever waits)')
    .option('--open <document_id>', 'open a run of this document')
    .option('--renew <run>', 'renew the enable of this run')
    .option('--release <run>', 'release the hold on this run, to try again')
    .option('--revert <run>', 'take back what this run has written, by its recorded compensation plan')
    .option('--withdraw <approval>', 'take an approval back: its path, approvals/<name>.md')
    .option('--pull <number>', 'add your signature to the approval in this open pull request, or branch')
    .option('--pack <folder>', 'write the history into a folder, for a machine without a network')
    .option('--offline <folder>', 'there: sign what was packed; the signed files are put into the folder')
    .option('--carry <folder>', 'back home: send what was signed there')
    .option('--clone <folder>', 'your clone of the governed repository', '.')
    .option('--remote <name>', 'where the governed repository is fetched from and pushed to', 'origin')
    .option(
      '--signer <fingerprint...>',
      'whose signatures count (default: SOVEREIGN_GPG_FPR, those of last time, or your own gpg key)',
    )
    .option('--keys <directory>', 'their public keys (default: SOVEREIGN_KEY_DIR, or your own gpg)')
    .option('--key <fingerprint>', 'which of your own keys signs')
    .option('--threshold <count>', 'different signers asked for at this gate', '1')
    .option('--deployment <name>', 'the deployment that you sign for')
    .option('--recorder-key <key>', "the recorder's key, as the operator read it to you")
    .option('--path <path>', 'where the document stands in the repository')
    .addOption(
      new Option('--profile <name>', 'the language by which a first cut is to be made').choices(
        PROFILE_NAMES,
      ),
    )
    .addOption(
      new Option('--granularity <unit>', 'how finely a first cut is to be made').choices(GRANULARITIES),
    )
    .option('--accept', 'with --open: accept the blocking diagnostics that are shown')
    .option(
      '--repository <owner/name>',
      'the repository at the forge, where the URL of the remote does not say it',
    )
    .action(sign);
}

async function sign(run: string | undefined, options: Options): Promise<void> {
  const environment = withTerminal(processEnvironment());
  const asked = await readAsked(run, { options, environment });
  const person = atTerminal({ input: process.stdin, output: process.stdout, colours: hasColours() });
  const ended = await session(asked, { person, now: () => new Date() });
  process.exitCode = ended === 'done' ? EXIT.done : EXIT.no;
}

async function readAsked(
  run: string | undefined,
  { options, environment }: { options: Options; environment: Environment },
): Promise<Asked> {
  const { offline, clone, remote, key, deployment, path, profile, granularity, repository } = options;
  const threshold = Number(options.threshold);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > 16)
    throw new CliFault(`--threshold ${options.threshold} is no count of signers, 1 to 16`);
  return {
    ...{ wanted: readWanted(run, options), directory: clone, offline: offline ?? null, remote, threshold },
    signers: await readSigners(options, environment),
    ...{
      key: key ?? null,
      recorderKey: options.recorderKey ?? null,
      deployment: deployment ?? null,
      path: path ?? null,
      profile: profile ?? null,
    },
    ...{ granularity: granularity ?? null, accept: options.accept ?? false, repository: repository ?? null },
    apiUrl: environment['GITHUB_API_URL'],
    token: environment['GITHUB_TOKEN'] ?? environment['GH_TOKEN'],
    environment,
  };
}

function readWanted(run: string | undefined, options: Options): Wanted {
  const { open, renew, release, revert, withdraw, pull, pack, carry } = options;
  const wanted: Wanted[] = [
    ...(run === undefined ? [] : [{ is: 'run' as const, runId: run, gate: null }]),
    ...(open === undefined ? [] : [{ is: 'opening' as const, documentId: open }]),
    ...(renew === undefined
      ? []
      : [{ is: 'run' as const, runId: renew, gate: 'GAP7_execution_enable' as const }]),
    ...(release === undefined
      ? []
      : [{ is: 'run' as const, runId: release, gate: 'SG_H_release_authz' as const }]),
    ...(revert === undefined
      ? []
      : [{ is: 'run' as const, runId: revert, gate: 'SG_R_revert_authz' as const }]),
    ...(withdraw === undefined ? [] : [{ is: 'withdrawal' as const, path: withdraw }]),
    ...(pull === undefined ? [] : [{ is: 'co-signature' as const, pull }]),
    ...(pack === undefined ? [] : [{ is: 'packing' as const, folder: pack }]),
    ...(carry === undefined ? [] : [{ is: 'carrying' as const, folder: carry }]),
  ];
  if (wanted.length > 1)
    throw new CliFault('one thing is signed at a time: name a run, or one of the options');
  return wanted[0] ?? { is: 'run', runId: null, gate: null };
}

async function readSigners({ signer, keys }: Options, environment: Environment): Promise<Asked['signers']> {
  const fingerprints = signer ?? environment['SOVEREIGN_GPG_FPR']?.split(',').map((part) => part.trim());
  const directory = keys ?? environment['SOVEREIGN_KEY_DIR'];
  if (fingerprints === undefined) {
    if (keys === undefined) return null;
    throw new CliFault('--keys holds keys, and --signer says whose signatures count: name both');
  }
  const files: KeyFile[] = directory === undefined ? [] : await readKeyDirectory(directory);
  return { fingerprints, files };
}

/** gpg's agent asks for the passphrase at this terminal. */
function withTerminal(environment: Environment): Environment {
  if (environment['GPG_TTY'] !== undefined) return environment;
  const { stdout, status } = spawnSync('tty', { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' });
  return status === 0 ? { ...environment, GPG_TTY: stdout.trim() } : environment;
}
