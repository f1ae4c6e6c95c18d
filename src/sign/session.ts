// One call of `countersign sign`, from what was asked to how it ended: the clone brought up to date, the signers settled, the
// subject computed, the person asked, the files delivered.
import type { ApprovalFile } from '../approval/admission.ts';
import { openEvidence } from '../audit/evidence.ts';
import { type Court, openCourt } from '../audit/run.ts';
import { trustLines } from '../report/sign-screen.ts';
import type { Asked, Ended } from './asked.ts';
import { choose } from './choose.ts';
import { coSign } from './co-sign.ts';
import { whoCommits } from './commit.ts';
import { deliver, namesOnBranches } from './deliver.ts';
import { fetchHome, type Home } from './home.ts';
import { openPacked, pack, putSigned, readSigned } from './packed.ts';
import type { Person } from './person.ts';
import { forgeOf } from './pull-request.ts';
import { type Room, refuse } from './room.ts';
import { peopleOf, settle } from './settle.ts';
import { judge, type Signing, signSubject } from './sign.ts';
import type { Subject } from './subject.ts';
import { keep, NOTHING_KEPT, readKept } from './trust.ts';

export interface SessionPorts {
  readonly person: Person;
  now(): Date;
}

/** Throws SignFault, CloneFault, KeyFault, DocumentFault. */
export async function session(asked: Asked, ports: SessionPorts): Promise<Ended> {
  const { directory, offline, remote, environment, wanted } = asked;
  if (offline !== null) {
    const packed = await openPacked(offline, environment);
    try {
      return await inClone({ asked, ports, home: packed });
    } finally {
      await packed.close();
    }
  }
  const home = await fetchHome(directory, { remote, environment });
  if (wanted.is !== 'packing') return inClone({ asked, ports, home });
  await pack(wanted.folder, home);
  ports.person.say(
    `Packed: ${wanted.folder}, ${home.branch} at ${home.head.slice(0, 12)}\nCarry it to the machine with the key. There: countersign sign --offline ${wanted.folder} …\n`,
  );
  return 'done';
}

async function inClone({
  asked,
  ports,
  home,
}: {
  asked: Asked;
  ports: SessionPorts;
  home: Home;
}): Promise<Ended> {
  const { person, now } = ports;
  const { directory, environment } = home;
  const kept = asked.offline === null ? await readKept({ directory, environment }) : NOTHING_KEPT;
  const settled = await settle(asked, { kept, person, now: now() });
  person.say(`${trustLines(peopleOf(settled.ring), settled.why)}\n`);
  const evidence = await openEvidence(directory, { at: home.head });
  try {
    const court = await openCourt(evidence, { keys: settled.ring, policy: { thresholds: {} } });
    const signing: Signing = {
      ...{ person, now, environment, ring: settled.ring, keys: settled.keys, threshold: asked.threshold },
      taken: [...evidence.paths.keys(), ...namesOnBranches(home.branches)],
      ledger: ledgerOf(court),
    };
    return await signIn({ asked, home, court, kept, settled, signing });
  } finally {
    await evidence.close();
  }
}

async function signIn(room: Room): Promise<Ended> {
  const { asked, court, kept, signing } = room;
  const { person } = signing;
  if (asked.wanted.is === 'co-signature') return coSign(asked.wanted.pull, room);
  if (asked.wanted.is === 'carrying') return carry(asked.wanted.folder, room);
  const prepared = await choose({ asked, court, kept, person, now: signing.now() });
  if (prepared === null) return 'nothing_waits';
  if (prepared.verdict === 'refused') return refuse(prepared.objections, person);
  const { subject } = prepared;
  const signed = await signSubject(subject, signing);
  if (signed === null) return 'not_named';
  if (asked.offline !== null) {
    await putSigned(asked.offline, signed.files);
    person.say(`Carry ${asked.offline} back. There: countersign sign --carry ${asked.offline}\n`);
    return 'done';
  }
  await send(signed, { room, keyName: signed.key.name, causes: subject.causes });
  await remember(subject, room);
  return 'done';
}

async function send(
  { files, path }: { files: readonly ApprovalFile[]; path: string },
  { room, keyName, causes }: { room: Room; keyName: string; causes: string },
): Promise<void> {
  const { home, asked, signing } = room;
  const forge = forgeOf(home.url, { repository: asked.repository ?? undefined, apiUrl: asked.apiUrl });
  const who = await whoCommits(home, keyName);
  await deliver({ files, path, causes }, { home, person: signing.person, who, forge, token: asked.token });
}

/** For the next time in this clone: whom the person believed, for which deployment they signed, and with which recorder. */
async function remember(
  { deployment, recorder }: Pick<Subject, 'deployment' | 'recorder'>,
  { home, kept, settled }: Room,
): Promise<void> {
  const { directory, environment } = home;
  const signers = settled.signers.length > 0 ? settled.signers : kept.signers;
  const recorder_keys = [...new Set([...kept.recorder_keys, ...(recorder ? [recorder.key] : [])])];
  const next = { ...kept, signers, recorder_keys, deployment: kept.deployment ?? deployment };
  await keep(next, { directory, environment });
}

/** What was signed elsewhere is judged once more here, and sent as it is. */
async function carry(folder: string, room: Room): Promise<Ended> {
  const { signing } = room;
  for (const files of await readSigned(folder)) {
    const [document] = files;
    if (!document) continue;
    if ([...signing.taken].some((path) => path.toLowerCase() === document.path.toLowerCase())) {
      signing.person.say(`${document.path} is there already; it is passed over.\n`);
      continue;
    }
    await judge(files, { subject: { expect: { bindings: {} } }, signing });
    await send(
      { files, path: document.path },
      { room, keyName: '', causes: 'what its own text says, which was read where it was signed.' },
    );
  }
  return 'done';
}

/** As far as git knows: what a run has used, and what was taken back. */
function ledgerOf({ ledger, approvals }: Court): Signing['ledger'] {
  const withdrawn = new Map([...approvals.withdrawals].map(([taken, { sha256 }]) => [taken, sha256]));
  return { documents: new Set(ledger.firstUse.keys()), withdrawn, spent: new Set() };
}
