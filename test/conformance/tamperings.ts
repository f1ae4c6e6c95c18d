// What somebody with the right to push could do to a governed repository. Each changes a work tree, or makes commits of its
// own; whoever audits the clone afterwards must not call it clean.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../../src/digest/digest.ts';

type Entry = Record<string, unknown> & { type: string; output: Record<string, unknown> };

/** A work tree on the default branch, about to be tampered with. */
export class Clone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  git(...args: string[]): string {
    const who = [
      '-c',
      'user.name=Somebody',
      '-c',
      'user.email=somebody@example.org',
      '-c',
      'commit.gpgsign=false',
    ];
    return execFileSync('git', ['-C', this.folder, ...who, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  }

  /** The runs, oldest first. */
  runs(): readonly [string, string] {
    const ids = readdirSync(join(this.folder, 'runs')).filter((name) => name.startsWith('run-'));
    const opened = (id: string) => JSON.parse(this.read(`runs/${id}/events.jsonl`).split('\n')[0] ?? '').at;
    const [first, second] = ids.sort((a, b) => (opened(a) < opened(b) ? -1 : 1));
    if (first === undefined || second === undefined) throw new Error('the genuine clone has two runs');
    return [first, second];
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  edit(path: string, change: (text: string) => string): void {
    const before = existsSync(join(this.folder, path)) ? this.read(path) : '';
    const after = change(before);
    if (after === before) throw new Error(`nothing of ${path} is changed`);
    writeFileSync(join(this.folder, path), after);
  }

  /** Entries changed, and the chain computed again over them, as whoever forges a log would. */
  rehash(run: string, change: (entries: Entry[]) => Entry[] | undefined): void {
    this.edit(`runs/${run}/events.jsonl`, (text) => {
      const entries = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Entry);
      let prev = '0'.repeat(64);
      return (change(entries) ?? entries)
        .map(({ hash: _, ...entry }, index) => {
          const body = { ...entry, prev, seq: index + 1 };
          prev = sha256(canonicalJson(body));
          return `${canonicalJson({ ...body, hash: prev })}\n`;
        })
        .join('');
    });
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  approvalsOf(run: string): string[] {
    const entries = this.read(`runs/${run}/events.jsonl`).trimEnd().split('\n');
    return entries.flatMap((line) => JSON.parse(line).approval?.path ?? []);
  }

  commit(message = 'Tidy'): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }
}

export interface Tampering {
  readonly name: string;
  /** The code under which docs/recompute/audit finds it. */
  readonly code: string;
  change(clone: Clone): void;
}

const only = (entries: Entry[], type: string, phase?: string): Entry => {
  const found = entries.find(
    (entry) => entry.type === type && (phase === undefined || entry['phase'] === phase),
  );
  if (!found) throw new Error(`no ${type} of ${phase}`);
  return found;
};
const swapDigit = (text: string) => text.replace(/[0-9a-f]/, (digit) => (digit === '0' ? '1' : '0'));

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'one byte of a log is another',
    code: 'log_rewritten',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/events.jsonl`, (text) =>
        text.replace('"duration_ms":', '"duration_ms":1'),
      ),
  },
  {
    name: 'a log is cut short',
    code: 'log_rewritten',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[1]}/events.jsonl`, (text) => text.replace(/[^\n]*\n$/, '')),
  },
  {
    name: 'a log was another one for one commit',
    code: 'log_rewritten',
    change(clone) {
      const path = `runs/${clone.runs()[0]}/events.jsonl`;
      const before = clone.read(path);
      clone.edit(path, (text) => text.replace('source_pin', 'source_pim'));
      clone.commit();
      clone.edit(path, () => before);
    },
  },
  {
    name: 'a run is gone',
    code: 'log_missing',
    change: (clone) => rmSync(clone.path(`runs/${clone.runs()[0]}`), { recursive: true }),
  },
  {
    name: 'counts are forged, and the chain computed again',
    code: 'log_rewritten',
    change: (clone) =>
      clone.rehash(clone.runs()[1], (entries) => {
        Object.assign(only(entries, 'phase_finished', 'cutplan').output, { rows: 9 });
        return entries;
      }),
  },
  {
    name: 'a title of the plan is another',
    code: 'plan_head',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/plan.jsonl`, (text) => text.replace('"title":"', '"title":"The ')),
  },
  {
    name: 'a row of the plan is gone',
    code: 'plan_head',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/plan.jsonl`, (text) => text.replace(/[^\n]*\n$/, '')),
  },
  {
    name: 'the state says that the run was reverted',
    code: 'state',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/state.json`, (text) =>
        text.replace('"status": "COMPLETED"', '"status": "REVERTED"'),
      ),
  },
  {
    name: 'the state says that a phase took longer',
    code: 'state',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/state.json`, (text) =>
        text.replace('"duration_ms": ', '"duration_ms": 1'),
      ),
  },
  {
    name: 'the state names other approvals',
    code: 'state',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/state.json`, (text) =>
        text.replace(/("document_sha256": ")([0-9a-f]+)/, (_, name, digest) => name + swapDigit(digest)),
      ),
  },
  {
    name: 'a report says another figure',
    code: 'report',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[0]}/kb/03-cutplan.md`, (text) =>
        text.replace('"rows": 4', '"rows": 5'),
      ),
  },
  {
    name: 'a report is gone',
    code: 'report',
    change: (clone) => rmSync(clone.path(`runs/${clone.runs()[0]}/kb/02-mark.md`)),
  },
  {
    name: 'the snapshot before is another',
    code: 'counts',
    change: (clone) =>
      clone.edit(`runs/${clone.runs()[1]}/pre.json`, (text) =>
        text.replace('"change_sets": 1', '"change_sets": 0'),
      ),
  },
  {
    name: 'an approval says one word more',
    code: 'approval_changed',
    change: (clone) => clone.edit(clone.approvalsOf(clone.runs()[0])[1] ?? '', (text) => `${text}Indeed.\n`),
  },
  {
    name: 'an approval was changed, and changed back',
    code: 'approval_changed',
    change(clone) {
      const path = clone.approvalsOf(clone.runs()[0])[1] ?? '';
      const before = clone.read(path);
      clone.edit(path, (text) => `${text}Indeed.\n`);
      clone.commit();
      clone.edit(path, () => before);
    },
  },
  {
    name: 'an approval is gone',
    code: 'approval_changed',
    change: (clone) => rmSync(clone.path(clone.approvalsOf(clone.runs()[0])[2] ?? '')),
  },
  {
    name: 'a signature is that of another approval',
    code: 'signature_invalid',
    change(clone) {
      const [, cut = '', enact = ''] = clone.approvalsOf(clone.runs()[0]);
      clone.edit(`${cut}.asc`, () => clone.read(`${enact}.asc`));
    },
  },
  {
    name: 'a signature is gone',
    code: 'signature_missing',
    change: (clone) => rmSync(clone.path(`${clone.approvalsOf(clone.runs()[1])[0]}.asc`)),
  },
  {
    name: 'a second signature was put beside an approval, and is none',
    code: 'signature_armor',
    change: (clone) => clone.edit(`${clone.approvalsOf(clone.runs()[1])[0]}.2.asc`, () => 'signed, sealed\n'),
  },
  {
    name: 'an approval was changed inside a merge',
    code: 'approval_changed',
    change(clone) {
      const path = clone.approvalsOf(clone.runs()[0])[0] ?? '';
      clone.git('switch', '--quiet', '--create', 'side');
      clone.edit('notes.md', () => 'Notes.\n');
      clone.commit();
      clone.git('switch', '--quiet', 'main');
      clone.git('merge', '--quiet', '--no-ff', '--no-commit', 'side');
      clone.edit(path, (text) => `${text}Indeed.\n`);
    },
  },
  {
    name: 'an approval is a link',
    code: 'not_regular_file',
    change(clone) {
      const path = clone.approvalsOf(clone.runs()[0])[0] ?? '';
      renameSync(clone.path(path), clone.path('approvals/elsewhere.md'));
      symlinkSync('elsewhere.md', clone.path(path));
    },
  },
  {
    name: 'a file of a record may be executed',
    code: 'not_regular_file',
    change: (clone) =>
      chmodSync(clone.path(`runs/${clone.runs()[0]}/changes.md`.replace('changes.md', 'state.json')), 0o755),
  },
  {
    name: 'an approval has a twin but for upper and lower case',
    code: 'name_case_clash',
    change(clone) {
      const path = clone.approvalsOf(clone.runs()[0])[1] ?? '';
      clone.edit(path.replace('SG_1', 'sg_1'), () => clone.read(path));
    },
  },
  {
    name: 'a file that nothing explains lies in approvals/',
    code: 'unexplained',
    change: (clone) => clone.edit('approvals/permit.txt', () => 'Everything is allowed.\n'),
  },
  {
    name: 'a file that nothing explains lies in a record',
    code: 'unexplained',
    change: (clone) => clone.edit(`runs/${clone.runs()[0]}/amendment.md`, () => 'By the way.\n'),
  },
  {
    name: 'a file that nothing explains lies beside the records',
    code: 'unexplained',
    change: (clone) => clone.edit('runs/summary.md', () => 'All is well.\n'),
  },
  {
    name: 'a run was made up from the approvals of another',
    code: 'already_used',
    change(clone) {
      const [first] = clone.runs();
      const made = `${first.slice(0, -1)}${first.endsWith('0') ? '1' : '0'}`;
      clone.git('checkout-index', '--all', '--force', '--prefix=.copy/');
      renameSync(clone.path(`.copy/runs/${first}`), clone.path(`runs/${made}`));
      rmSync(clone.path('.copy'), { recursive: true });
      clone.rehash(made, (entries) => entries.map((entry) => ({ ...entry, run_id: made })));
      clone.edit(`runs/${made}/state.json`, (text) => text.replaceAll(first, made));
    },
  },
  {
    name: 'the chain of a new run is broken',
    code: 'chain',
    change: (clone) => {
      forged(clone, (entries) => entries);
      clone.edit(`runs/${clone.runs()[1]}/events.jsonl`, (text) =>
        text.replace('"duration_ms":', '"duration_ms":1'),
      );
    },
  },
  {
    name: 'a new run goes on without the phases that verify',
    code: 'order',
    change: (clone) =>
      forged(clone, (entries) => entries.filter((entry) => entry['phase'] !== 'write_verify')),
  },
  {
    name: 'a new run wrote before it was allowed to',
    code: 'order',
    change: (clone) =>
      forged(clone, (entries) => {
        const gate = entries.findIndex(({ type }) => type === 'gate_opened');
        entries.splice(gate + 2, 0, ...entries.splice(gate, 1));
        return entries;
      }),
  },
  {
    name: 'a new run was allowed to write by nobody',
    code: 'order',
    change: (clone) => forged(clone, (entries) => entries.filter(({ type }) => type !== 'gate_opened')),
  },
  {
    name: 'a new run wrote two days after it was allowed to',
    code: 'window_expired',
    change: (clone) =>
      forged(clone, (entries) => {
        const late = (at: unknown) => new Date(Date.parse(String(at)) + 2 * 86_400_000).toISOString();
        return entries.map((entry) => ({
          ...entry,
          at: late(entry['at']),
          ...('started_at' in entry ? { started_at: late(entry['started_at']) } : {}),
        }));
      }),
  },
  {
    name: 'a new run opened with the digest of another document',
    code: 'binding_mismatch',
    change: (clone) =>
      forged(clone, (entries) => {
        Object.assign(only(entries, 'run_opened')['source'] as object, { sha256: sha256('another') });
        return entries;
      }),
  },
  {
    name: 'a new run wrote a plan that was not signed',
    code: 'binding_mismatch',
    change: (clone) => {
      const plan = `runs/${clone.runs()[1]}/plan.jsonl`;
      forged(clone, (entries) => {
        clone.edit(plan, (text) => text.replace('"title":"', '"title":"The '));
        const head = headOf(clone.read(plan));
        Object.assign(only(entries, 'phase_finished', 'cutplan').output, { cutplan_sha256: head });
        return entries;
      });
    },
  },
  {
    name: 'a new run was enacted over other evidence',
    code: 'binding_mismatch',
    change: (clone) =>
      forged(clone, (entries) => {
        Object.assign(only(entries, 'phase_finished', 'leg_b_record').output, { affected_rows: 99 });
        return entries;
      }),
  },
  {
    name: 'a statement has another signature',
    code: 'statement_signature',
    change: (clone) =>
      clone.edit(statementOf(clone), (text) =>
        text.replace(/"sig":"(.)/, (_, first) => `"sig":"${first === 'A' ? 'B' : 'A'}`),
      ),
  },
  {
    name: 'a statement is gone',
    code: 'statement_missing',
    change: (clone) => rmSync(clone.path(statementOf(clone))),
  },
  {
    name: 'a statement is that of another run',
    code: 'statement_subject',
    change: (clone) =>
      clone.edit(statementOf(clone), () => clone.read(`runs/${clone.runs()[0]}/statement.dsse.json`)),
  },
  {
    name: 'a statement is signed by a key of somebody else',
    code: 'statement_key',
    change: (clone) => clone.edit(statementOf(clone), resigned),
  },
  {
    name: 'a leaf of the log is another',
    code: 'log_rewritten',
    change: (clone) =>
      clone.edit(LEAVES, (text) => text.replace('"verdict":"rejected"', '"verdict":"accepted"')),
  },
  {
    name: 'the last leaf of the log is gone',
    code: 'log_rewritten',
    change: (clone) => clone.edit(LEAVES, (text) => text.replace(/[^\n]*\n$/, '')),
  },
  {
    name: 'a leaf was added without the recorder',
    code: 'checkpoint',
    change: (clone) => clone.edit(LEAVES, (text) => text + text.replace(/^[\s\S]*\n(?=.)/, '')),
  },
  {
    name: 'the whole log was set back to an earlier checkpoint',
    code: 'log_rewritten',
    change(clone) {
      const [first = ''] = clone
        .git('log', '--reverse', '--format=%H', '--', 'runs/log/checkpoint')
        .split('\n');
      clone.git('checkout', '--quiet', first, '--', 'runs/log');
    },
  },
  {
    name: 'a run and what the log says of it are gone',
    code: 'log_missing',
    change(clone) {
      const [, second] = clone.runs();
      const since = clone.git('log', '--reverse', '--format=%H', '--', `runs/${second}`).split('\n')[0];
      clone.git('checkout', '--quiet', `${since}^`, '--', 'runs/log');
      rmSync(clone.path(`runs/${second}`), { recursive: true });
    },
  },
  {
    name: 'the log is gone',
    code: 'log_rewritten',
    change: (clone) => rmSync(clone.path('runs/log'), { recursive: true }),
  },
  {
    name: 'the checkpoint is signed by a key of somebody else',
    code: 'checkpoint_signature',
    change: (clone) =>
      clone.edit('runs/log/checkpoint', (text) =>
        text.replace(/ [A-Za-z0-9+/]{80,}=*\n$/, ` ${Buffer.alloc(68, 5).toString('base64')}\n`),
      ),
  },
];

const LEAVES = 'runs/log/000000.jsonl';
const statementOf = (clone: Clone) => `runs/${clone.runs()[1]}/statement.dsse.json`;

/** The same payload in an envelope that a new key has signed. */
function resigned(file: string): string {
  const envelope = JSON.parse(file) as { payload: string; payloadType: string };
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const payload = Buffer.from(envelope.payload, 'base64');
  const head = `DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} `;
  const sig = sign(null, Buffer.concat([Buffer.from(head), payload]), privateKey).toString('base64');
  const keyid = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
  return `${canonicalJson({ ...envelope, signatures: [{ keyid, sig }] })}\n`;
}

/**
 * The second run as if it had only now been published, with a log that was made up: the commits since then are made anew
 * without its record, and the merges that it names are those.
 */
function forged(clone: Clone, change: (entries: Entry[]) => Entry[]): void {
  const [, second] = clone.runs();
  const folder = `runs/${second}`;
  const genuine = clone.git('rev-parse', 'HEAD');
  const since = clone.git('log', '--first-parent', '--reverse', '--format=%H', '--', folder).split('\n')[0];
  const later = clone.git('log', '--first-parent', '--reverse', '--format=%H', `${since}^..HEAD`).split('\n');
  let log = clone.read(`${folder}/events.jsonl`);
  let parent = clone.git('rev-parse', `${since}^`);
  for (const commit of later) {
    clone.git('read-tree', '--reset', commit);
    clone.git('rm', '-r', '--cached', '--force', '--quiet', '--ignore-unmatch', '--', folder);
    const made = clone.git('commit-tree', clone.git('write-tree'), '-p', parent, '-m', 'Merge');
    log = log.replaceAll(commit, made);
    parent = made;
  }
  clone.git('reset', '--quiet', '--hard', parent);
  clone.git('checkout', '--quiet', genuine, '--', folder);
  clone.edit(`${folder}/events.jsonl`, () => log);
  clone.rehash(second, change);
}

function headOf(plan: string): string {
  let level = plan
    .trimEnd()
    .split('\n')
    .map((line) => sha256(`\0${line}`) as string);
  const node = (left: string, right: string) => sha256(Buffer.from(`01${left}${right}`, 'hex')) as string;
  while (level.length > 1)
    level = level.flatMap((left, at) =>
      at % 2 ? [] : [level[at + 1] === undefined ? left : node(left, level[at + 1] ?? '')],
    );
  return level[0] ?? '';
}
