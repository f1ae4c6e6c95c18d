// Sound documents under sound signatures, judged at other times, for other purposes, from other places, and again.

import type { Reason } from '../../../../src/approval/reasons.ts';
import { sha256 } from '../../../../src/digest/digest.ts';
import type { Vector } from '../vector.ts';
import { fileName } from './documents.ts';
import type { Hand } from './hand.ts';
import { armor, createdAt, issuedBy } from './packets.ts';
import { approvalFor, BINDINGS, DIGEST, NOW, PATH, RUN, SIGNED, type Signed, soundChange } from './studio.ts';

const DOCUMENT = approvalFor();

export function addCircumstances(hand: Hand, other: Hand): void {
  const sound = hand.signed('sound', DOCUMENT);
  addTimes(hand);
  addPurposes(hand, sound);
  addChanges(hand, sound);
  addThresholds(hand, other);
}

function addTimes(hand: Hand): void {
  const dated = (name: string, signedUtc: string, at: string) =>
    hand.signed(fileName(`time ${name}`), approvalFor('SG_1_cut_authz', signedUtc), {
      hashed: hand.claims(at),
    });
  const accepted: Record<string, [string, string, string]> = {
    'judged in the very second of signing': [SIGNED, SIGNED, SIGNED],
    'judged a millisecond before 24 h': [SIGNED, SIGNED, '2026-05-22T09:59:59.999Z'],
    'the two times are exactly 15 minutes apart': [SIGNED, '2026-05-21T10:15:00Z', NOW],
    'the signature is exactly 15 minutes earlier': [SIGNED, '2026-05-21T09:45:00Z', NOW],
  };
  const rejected: Record<string, [Reason, string, string, string]> = {
    'judged exactly 24 h after signing': ['window_expired', SIGNED, SIGNED, '2026-05-22T10:00:00Z'],
    'judged 25 h after signing': ['window_expired', SIGNED, SIGNED, '2026-05-22T11:00:00Z'],
    'judged a millisecond before signing': ['signed_in_future', SIGNED, SIGNED, '2026-05-21T09:59:59.999Z'],
    'signed_utc is still to come': ['signed_in_future', '2026-05-21T12:00:01Z', NOW, NOW],
    'the signature is still to come': ['signed_in_future', NOW, '2026-05-21T12:00:01Z', NOW],
    'signed_utc is 24 h old and the signature is not': [
      'window_expired',
      '2026-05-20T12:00:00Z',
      '2026-05-20T12:10:00Z',
      NOW,
    ],
    'the signature is 24 h old and signed_utc is not': [
      'window_expired',
      '2026-05-20T12:10:00Z',
      '2026-05-20T12:00:00Z',
      NOW,
    ],
    'the signature is 15 minutes and a second later': ['times_disagree', SIGNED, '2026-05-21T10:15:01Z', NOW],
    'the signature is 15 minutes and a second earlier': [
      'times_disagree',
      SIGNED,
      '2026-05-21T09:44:59Z',
      NOW,
    ],
    'an old text is signed afresh': ['times_disagree', '2026-05-14T10:00:00Z', SIGNED, NOW],
    'a fresh text bears an old signature time': ['times_disagree', SIGNED, '2026-05-14T10:00:00Z', NOW],
  };
  for (const [name, [signedUtc, at, now]] of Object.entries(accepted))
    hand.studio.accept(`time: ${name}`, dated(name, signedUtc, at), { now });
  for (const [name, [reason, signedUtc, at, now]] of Object.entries(rejected))
    hand.studio.reject(`time: ${name}`, dated(name, signedUtc, at), { reason, now });
}

function addPurposes({ studio }: Hand, sound: Signed): void {
  const gate = 'SG_1_cut_authz';
  const bindings = BINDINGS[gate];
  const run = { runId: RUN, awaits: [gate] };
  const unused = { documents: [sha256('another')] };
  studio.accept('purpose: everything is as expected', sound, {
    expect: { gate, run, bindings },
    ledger: unused,
  });
  studio.accept('purpose: the run waits for this gate among others', sound, {
    expect: { run: { runId: RUN, awaits: ['SG_H_release_authz', gate] }, bindings },
  });
  const rejected: Record<string, Pick<Vector, 'expect'> & { reason: Reason }> = {
    'another gate is expected': {
      reason: 'gate_mismatch',
      expect: { gate: 'SG_2_lifecycle_authz', bindings },
    },
    'there is no such run': { reason: 'run_unknown', expect: { run: null, bindings } },
    'the run waits for another gate': {
      reason: 'run_not_awaiting_gate',
      expect: { run: { runId: RUN, awaits: ['SG_2_lifecycle_authz'] }, bindings },
    },
    'the run waits for no gate': {
      reason: 'run_not_awaiting_gate',
      expect: { run: { runId: RUN, awaits: [] }, bindings },
    },
    'it is for another run': {
      reason: 'binding_mismatch',
      expect: { run: { runId: 'run-20260520-fedcba9876543210', awaits: [gate] }, bindings: {} },
    },
    'the plan is another one': {
      reason: 'binding_mismatch',
      expect: { bindings: { ...bindings, cutplan_sha256: 'b'.repeat(64) } },
    },
    'a digest is expected that it does not name': {
      reason: 'binding_missing',
      expect: { bindings: { ...bindings, evidence_sha256: DIGEST } },
    },
  };
  for (const [name, facts] of Object.entries(rejected)) studio.reject(`purpose: ${name}`, sound, facts);

  const documents = [sha256(DOCUMENT)];
  studio.reject('replay: the same document again', sound, {
    reason: 'already_used',
    ledger: { documents },
  });
  studio.reject('replay: the same document under another name', sound, {
    reason: 'already_used',
    path: 'approvals/again.md',
    ledger: { documents },
  });
  studio.reject('replay: another document for the same gate of the same run', sound, {
    reason: 'gate_already_used',
    expect: { run: { runId: RUN, awaits: ['SG_H_release_authz'], opened: [gate] }, bindings: {} },
  });
}

function addChanges({ studio }: Hand, sound: Signed): void {
  const change = soundChange();
  const [approval, signature] = change.files;
  const [folder, ...entries] = change.tree;
  if (!approval || !signature || !folder)
    throw new Error('a sound change has an approval, a signature and a folder');
  const asc = `${PATH}.asc`;
  const moded = (path: string, mode: string, type = 'blob') => ({
    ...change,
    tree: change.tree.map((entry) => (entry.path === path ? { ...entry, mode, type } : entry)),
  });
  const withFiles = (
    ...files: Vector['change'] extends infer C | null ? (C extends { files: infer F } ? F : never) : never
  ) => ({ ...change, files });
  studio.accept('change: merged into the default branch', sound, { change });
  studio.accept('change: not merged yet', sound, { change: { ...change, merged: 'open' } });
  studio.accept('change: other approvals lie beside it', sound, {
    change: {
      ...change,
      tree: [...change.tree, { path: 'approvals/other.md', mode: '100755', type: 'blob', sha: folder.sha }],
    },
  });
  const rejected: Record<string, [Reason, Vector['change']]> = {
    'from a fork': ['from_fork', { ...change, fork: true }],
    'merged into another branch': ['wrong_branch', { ...change, merged: 'other_branch' }],
    'pushed without a pull request': ['not_by_pull_request', { ...change, merged: 'not_by_pull_request' }],
    'taken off the default branch': ['not_on_default_branch', { ...change, merged: 'taken_off' }],
    'closed without merging': ['not_merged', { ...change, merged: 'closed_unmerged' }],
    'modifies the approval': ['not_added', withFiles({ ...approval, status: 'modified' }, signature)],
    'renames the approval': [
      'not_added',
      withFiles({ ...approval, status: 'renamed', previousPath: 'approvals/old.md' }, signature),
    ],
    'copies the approval': [
      'not_added',
      withFiles({ ...approval, status: 'copied', previousPath: 'approvals/old.md' }, signature),
    ],
    'modifies the signature': ['not_added', withFiles(approval, { ...signature, status: 'modified' })],
    'adds no approval': ['no_approval', withFiles({ path: 'README.md', status: 'added' })],
    'adds nothing': ['no_approval', withFiles()],
    'adds two approvals': [
      'several_approvals',
      withFiles(approval, signature, { path: 'approvals/b.md', status: 'added' }),
    ],
    'adds a deeper approval': ['path_invalid', withFiles({ path: 'approvals/deep/a.md', status: 'added' })],
    'also changes the code': [
      'other_files_changed',
      withFiles(approval, signature, { path: 'src/main.ts', status: 'modified' }),
    ],
    'also adds a signature of another approval': [
      'other_files_changed',
      withFiles(approval, signature, { path: 'approvals/b.md.asc', status: 'added' }),
    ],
    'adds a signature numbered 0': [
      'other_files_changed',
      withFiles(approval, signature, { path: `${PATH}.0.asc`, status: 'added' }),
    ],
    'adds a signature that was not judged': [
      'other_files_changed',
      withFiles(approval, signature, { path: `${PATH}.2.asc`, status: 'added' }),
    ],
    'adds no signature': ['signature_missing', withFiles(approval)],
    'holds a symbolic link as the approval': ['not_regular_file', moded(PATH, '120000')],
    'holds a symbolic link as the signature': ['not_regular_file', moded(asc, '120000')],
    'holds an executable approval': ['not_regular_file', moded(PATH, '100755')],
    'holds a submodule as the approval': ['not_regular_file', moded(PATH, '160000', 'commit')],
    'holds a symbolic link as the folder': ['not_regular_file', moded('approvals', '120000', 'blob')],
    'holds a submodule as the folder': ['not_regular_file', moded('approvals', '160000', 'commit')],
    'holds no folder': ['not_regular_file', { ...change, tree: entries }],
    'holds no signature': [
      'not_regular_file',
      { ...change, tree: change.tree.filter(({ path }) => path !== asc) },
    ],
    'holds a name that differs only by case': [
      'name_case_clash',
      {
        ...change,
        tree: [
          ...change.tree,
          { path: 'approvals/Charter.md', mode: '100644', type: 'blob', sha: folder.sha },
        ],
      },
    ],
  };
  for (const [name, [reason, judged]] of Object.entries(rejected))
    studio.reject(`change: ${name}`, sound, { reason, change: judged });

  const paths = {
    'is in a folder below': 'approvals/deep/a.md',
    'is not in approvals': 'docs/a.md',
    'climbs out': 'approvals/../a.md',
    'begins with a dot': 'approvals/.a.md',
    'has a space': 'approvals/a b.md',
    'has a Cyrillic letter': 'approvals/\u{430}.md',
    'is in upper case': 'approvals/a.MD',
    'has 101 characters': `approvals/${'a'.repeat(101)}.md`,
    'ends with a line end': 'approvals/a.md\n',
  };
  for (const [name, path] of Object.entries(paths))
    studio.reject(`path: ${name}`, sound, { reason: 'path_invalid', path });
  studio.accept('path: has 100 characters', sound, { path: `approvals/${'a'.repeat(100)}.md` });
  studio.accept('path: is README, with dots and dashes', sound, { path: 'approvals/2026-05-21.SG_1.v2.md' });
}

function addThresholds(hand: Hand, other: Hand): void {
  const { studio } = hand;
  const [mine, yours] = [armor(hand.packet(DOCUMENT)), armor(other.packet(DOCUMENT))];
  const again = armor(
    hand.packet(DOCUMENT, { hashed: [issuedBy(hand.key), createdAt('2026-05-21T10:05:00Z')] }),
  );
  const both = {
    keys: [hand.keyFile, other.keyFile],
    pinned: [hand.key, other.key].map((key) => key.getFingerprint().toUpperCase()),
  };
  const by = (name: string, ...signatures: string[]) => ({
    ...hand.withSignature(fileName(`threshold ${name}`), DOCUMENT, ...signatures),
    ...both,
  });
  const thresholds = { SG_1_cut_authz: 2 };
  studio.accept('threshold: two of two signed', by('two of two', mine, yours), {
    thresholds,
    change: soundChange(2),
  });
  studio.accept('threshold: two signed where one is enough', by('two of one', mine, yours));
  studio.accept('threshold: another gate asks for two', by('another gate', mine), {
    thresholds: { SG_2_lifecycle_authz: 2 },
  });
  studio.reject('threshold: one of two signed', by('one of two', mine), {
    reason: 'threshold_not_met',
    thresholds,
  });
  studio.reject('threshold: the same person signed twice', by('twice', mine, again), {
    reason: 'threshold_not_met',
    thresholds,
  });
  studio.reject('threshold: the same signature twice', by('same', mine, mine), {
    reason: 'threshold_not_met',
    thresholds,
  });
  studio.reject(
    'threshold: the second signature is of another document',
    by('second bad', mine, armor(other.packet('x'))),
    { reason: 'signature_invalid' },
  );
  studio.reject(
    'threshold: the second signature is of an unpinned key',
    { ...by('second stranger', mine, yours), pinned: both.pinned.slice(0, 1) },
    { reason: 'signer_not_pinned' },
  );
  const late = armor(other.packet(DOCUMENT, { hashed: other.claims('2026-05-21T10:15:01Z') }));
  studio.reject('threshold: the second signature is of another hour', by('second late', mine, late), {
    reason: 'times_disagree',
    thresholds,
  });
}
