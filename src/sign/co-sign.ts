// A further signature under an approval that lies in an open pull request: the same bytes, computed again for this signer as
// for the first one, and one more file on the same branch.
import { type ApprovalFile, checkPullRequest } from '../approval/admission.ts';
import { approvalSignedBy } from '../approval/file-name.ts';
import { type Approval, readApproval } from '../approval/front-matter.ts';
import { WITHDRAWAL } from '../approval/gates.ts';
import { isCommitId } from '../digest/commit-id.ts';
import { signedLines } from '../report/sign-screen.ts';
import type { Asked, Ended } from './asked.ts';
import { type Choosing, choose } from './choose.ts';
import { commitFiles, pushCommit, whoCommits } from './commit.ts';
import { SignFault } from './fault.ts';
import type { Home } from './home.ts';
import { git } from './program.ts';
import { confirmRecorder } from './recorder.ts';
import { type Room, refuse } from './room.ts';
import { addSignature, chooseKey, judge, meansIt, show } from './sign.ts';
import type { Prepared } from './subject.ts';

export interface Proposed {
  readonly branch: string;
  /** The commit that the branch is at. */
  readonly commit: string;
  readonly approval: Approval;
  readonly document: ApprovalFile;
  readonly signatures: readonly ApprovalFile[];
}

/** `named` is a number of a pull request, or a branch of the remote. Throws SignFault. */
export async function readProposed(named: string, home: Home): Promise<Proposed> {
  const { directory, environment, remote, branch: base } = home;
  const at = { directory, environment };
  const ask = async (args: string[], doing: string) => (await git(args, { ...at, doing })).toString('utf8');
  const { branch, commit } = await findBranch(named, home);
  await ask(['fetch', '--quiet', '--no-tags', '--', remote, commit], `fetching ${branch}`);
  const fork = (await ask(['merge-base', home.head, commit], `comparing ${branch} with ${base}`)).trim();
  const listed = await ask(
    ['diff-tree', '-r', '-z', '--no-renames', '--name-status', fork, commit],
    `listing what ${branch} changes`,
  );
  const files = changedFiles(listed);
  const facts = checkPullRequest({ fork: false, merged: 'open', files });
  if (facts.result === 'fail')
    throw new SignFault(
      'asked_wrongly',
      `${branch} is not to be signed: ${facts.refusal.reason}, ${facts.refusal.detail}`,
    );
  const load = async (path: string): Promise<ApprovalFile> => ({
    path,
    bytes: await git(['cat-file', 'blob', `${commit}:${path}`], { ...at, doing: `reading ${path}` }),
  });
  const path = files.map((file) => file.path).find((name) => approvalSignedBy(name) === undefined) ?? '';
  const document = await load(path);
  const signatures = await Promise.all(
    files.filter(({ path: name }) => approvalSignedBy(name) === path).map(({ path: name }) => load(name)),
  );
  const read = readApproval(document.bytes, path);
  if (!read.ok)
    throw new SignFault(
      'asked_wrongly',
      `${path} is no approval: ${read.refusal.reason}, ${read.refusal.detail}`,
    );
  return { branch, commit, approval: read.approval, document, signatures };
}

/** The first name that none of the signatures has. */
export function nextSignature(path: string, signatures: readonly ApprovalFile[]): string {
  const used = new Set(signatures.map((file) => file.path));
  let name = `${path}.asc`;
  for (let number = 2; used.has(name); number += 1) name = `${path}.${number}.asc`;
  return name;
}

// A forge keeps the head of each pull request under a ref; the branch that is at the same commit is its own.
async function findBranch(named: string, home: Home): Promise<{ branch: string; commit: string }> {
  const { directory, environment, remote } = home;
  const wanted = /^\d+$/.test(named) ? [`refs/pull/${named}/head`, 'refs/heads/*'] : [`refs/heads/${named}`];
  const listed = (
    await git(['ls-remote', '--', remote, ...wanted], {
      directory,
      environment,
      doing: `asking ${remote} for ${named}`,
    })
  ).toString('utf8');
  const refs = [...listed.matchAll(/^([0-9a-f]+)\t(\S+)$/gm)].map(([, commit = '', ref = '']) => ({
    commit,
    ref,
  }));
  const pull = refs.find(({ ref }) => ref === wanted[0]);
  const own = refs.find(
    ({ commit, ref }) =>
      ref.startsWith('refs/heads/') && commit === pull?.commit && ref !== `refs/heads/${home.branch}`,
  );
  if (!pull || !own || !isCommitId(own.commit))
    throw new SignFault('asked_wrongly', `${remote} has no open pull request or branch ${named} of its own`);
  return { branch: own.ref.slice('refs/heads/'.length), commit: own.commit };
}

const STATUS: Readonly<Record<string, string>> = { A: 'added', D: 'removed' };

function changedFiles(listed: string): { path: string; status: string }[] {
  const fields = listed.split('\0').filter((field) => field !== '');
  return Array.from({ length: Math.floor(fields.length / 2) }, (_, index) => ({
    status: STATUS[fields[index * 2] ?? ''] ?? 'modified',
    path: fields[index * 2 + 1] ?? '',
  }));
}

/** Throws SignFault and CloneFault. */
export async function coSign(named: string, room: Room): Promise<Ended> {
  const { home, signing, court, asked, kept } = room;
  const { person, now, threshold } = signing;
  const proposed = await readProposed(named, home);
  const { approval, document, signatures } = proposed;
  const prepared = await preparedFor(approval, { asked, court, kept, person, now: now() });
  if (prepared === null) return 'nothing_waits';
  if (prepared.verdict === 'refused') return refuse(prepared.objections, person);
  const { subject } = prepared;
  await show(subject, person);
  person.say(
    `The approval in ${proposed.branch}, as the first signer signed it:\n\n${approval.text.trimEnd()}\n\n`,
  );
  const { signers: before } = await judge([document, ...signatures], { subject, signing });
  const keys = signing.keys.filter(({ fingerprint }) => !before.some((signer) => signer === fingerprint));
  const key = await chooseKey({ keys, person });
  if (subject.recorder && !(await confirmRecorder(subject.recorder, person))) return 'not_named';
  if (!(await meansIt(subject.name, person))) return 'not_named';
  const name = nextSignature(document.path, signatures);
  const signature = await addSignature(document, { name, key, signing });
  const all = [document, ...signatures, signature];
  const { validUntil, sha256, signers } = await judge(all, { subject, signing });
  const missing = Math.max(0, threshold - signers.length);
  person.say(signedLines({ path: name, sha256, signer: key.fingerprint, validUntil, missing }));
  const who = await whoCommits(home, key.name);
  const commit = await commitFiles([signature], {
    ...{ onto: proposed.commit, message: `Sign ${document.path} too`, who, home },
  });
  await pushCommit(commit, { branch: proposed.branch, home });
  person.say(`Pushed: ${proposed.branch}\n`);
  return 'done';
}

/** The same computation as for the first signer; the signed bytes must be bound to exactly what it gives. */
function preparedFor({ gate, bindings }: Approval, choosing: Choosing): Promise<Prepared | null> {
  const runId = bindings.run_id ?? null;
  const wanted = wantedFor();
  const { asked, kept } = choosing;
  const deployment = asked.deployment ?? kept.deployment ?? bindings.deployment ?? null;
  const recorderKey = asked.recorderKey ?? bindings.recorder_key ?? null;
  const accept = bindings.accepts_sha256 !== undefined;
  return choose({ ...choosing, asked: { ...asked, wanted, accept, deployment, recorderKey } });

  function wantedFor(): Asked['wanted'] {
    if (gate === WITHDRAWAL)
      throw new SignFault(
        'asked_wrongly',
        'a further signature under a withdrawal is made by hand: see docs/sovereign.md',
      );
    if (runId !== null) return { is: 'run', runId, gate };
    return { is: 'opening', documentId: bindings.document_id ?? '' };
  }
}
