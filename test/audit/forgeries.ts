// What forgers do, and the code by which each is named. A key of the sovereign none of them has.
import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCode } from '../../src/audit/finding.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { detachSign, makeKey } from '../../src/local/throwaway-keys.ts';
import { CHECKPOINT_PATH, signCheckpoint } from '../../src/record/checkpoint.ts';
import { cosign, witnessPath } from '../../src/record/cosignature.ts';
import { IN_TOTO, seal } from '../../src/record/dsse.ts';
import { logFiles, RECORDER_PATH, recorderFile } from '../../src/record/log-files.ts';
import { decodeNote, encodeNote, type NoteKey } from '../../src/record/note.ts';
import type { RecorderSigner } from '../../src/record/recorder-key.ts';
import { chain, decodeLog, encodeEvent, type RunEvent } from '../../src/run/events.ts';
import { recorderFrom, testRecorder } from '../support/recorder.ts';
import { DEPLOYMENT } from '../support/signing.ts';
import type { Forged, Forger } from './forger.ts';

export interface Forgery {
  readonly name: string;
  /** All of these, whatever else is found with them. */
  readonly found: FindingCode | readonly FindingCode[];
  forge(forger: Forger): void | Promise<void>;
}

const LEAVES = 'runs/log/000000.jsonl';
const SG_1 = /^approvals\/SG_1.*[.]md$/;
const firstOf = (forger: Forger, wanted: RegExp) => forger.paths(wanted)[0] ?? 'nothing';
const edited = (forger: Forger, path: string, [from, to]: readonly [string | RegExp, string]) =>
  forger.push({ [path]: forger.read(path).replace(from, to) });
const record = (forger: Forger, told: keyof Forger['town']['runs'], name: string) =>
  `runs/${forger.town.runs[told]}/${name}`;

/** What is on disk, committed as it lies there. */
function commitWorkTree({ repository }: Forger): void {
  repository.git(['add', '--all'], { name: 'Eve', at: new Date() });
  repository.git(['commit', '--quiet', '-m', 'Tidy up'], { name: 'Eve', at: new Date() });
}

const finished = (phase: string, change: (output: Forged) => Forged) => (entry: Forged) =>
  entry['type'] === 'phase_finished' && entry['phase'] === phase
    ? { ...entry, output: change(entry['output']) }
    : entry;

export const FORGERIES: readonly Forgery[] = [
  // Approvals
  {
    name: 'who changes one byte of an approval',
    found: 'approval_changed',
    forge: (forger) => edited(forger, firstOf(forger, SG_1), ['authorise', 'authorize']),
  },
  {
    name: 'who changes one byte of a signature',
    found: 'approval_changed',
    forge: (forger) => edited(forger, firstOf(forger, /SG_1.*asc$/), [/=(....)\n/, '=AAAA\n']),
  },
  {
    name: 'who swaps two signatures',
    found: 'approval_changed',
    forge(forger) {
      const [one = '', other = ''] = forger.paths(/asc$/);
      forger.push({ [one]: forger.read(other), [other]: forger.read(one) });
    },
  },
  {
    name: 'who removes an approval',
    found: 'approval_changed',
    forge: (forger) => forger.push({ [firstOf(forger, SG_1)]: null }),
  },
  {
    name: 'who renames an approval',
    found: 'approval_changed',
    forge(forger) {
      const path = firstOf(forger, SG_1);
      forger.push({ [path]: null, 'approvals/another-name.md': forger.read(path) });
    },
  },
  {
    name: 'who changes an approval and puts it back',
    found: 'approval_changed',
    forge(forger) {
      const path = firstOf(forger, SG_1);
      const text = forger.read(path);
      forger.push({ [path]: `${text}x` });
      forger.push({ [path]: text });
    },
  },
  {
    name: 'who changes an approval inside a merge',
    found: 'approval_changed_in_merge',
    forge(forger) {
      const { git } = forger.repository;
      const by = { name: 'Eve', at: new Date() };
      git(['switch', '--quiet', '-c', 'side'], by);
      forger.push({ 'approvals/new.md': 'one', 'approvals/new.md.asc': 'two' });
      git(['reset', '--quiet', '--hard'], by);
      git(['switch', '--quiet', 'main'], by);
      forger.push({ 'notes.md': 'meanwhile' });
      git(['reset', '--quiet', '--hard'], by);
      git(['merge', '--quiet', '--no-ff', '--no-commit', 'side'], by);
      writeFileSync(join(forger.directory, 'approvals/new.md'), 'another');
      commitWorkTree(forger);
    },
  },
  {
    name: 'who makes an approval a program',
    found: 'approval_not_regular',
    forge(forger) {
      chmodSync(join(forger.directory, firstOf(forger, SG_1)), 0o755);
      commitWorkTree(forger);
    },
  },
  {
    name: 'who makes an approval a symbolic link',
    found: 'approval_not_regular',
    forge(forger) {
      const path = join(forger.directory, firstOf(forger, SG_1));
      renameSync(path, join(forger.directory, 'elsewhere.md'));
      symlinkSync('../elsewhere.md', path);
      commitWorkTree(forger);
    },
  },
  {
    name: 'who adds a name that differs in case alone',
    found: 'name_case_clash',
    forge(forger) {
      const path = firstOf(forger, SG_1);
      forger.push({ [path.replace('SG_1', 'sg_1')]: forger.read(path) });
    },
  },
  {
    name: 'who adds a second signature later',
    found: 'signature_added_apart',
    forge(forger) {
      const path = firstOf(forger, SG_1);
      forger.push({ [`${path}.2.asc`]: forger.read(`${path}.asc`) });
    },
  },
  {
    name: 'who signs with a key of their own',
    found: 'approval_rejected',
    async forge(forger) {
      const at = new Date(Number(forger.repository.git(['log', '-1', '--format=%ct'])) * 1000);
      const key = await makeKey('Eve', new Date(at.getTime() - 86_400_000));
      const text = forger.read(firstOf(forger, SG_1));
      forger.push({ 'approvals/eve.md': text, 'approvals/eve.md.asc': await detachSign(text, { key, at }) });
    },
  },
  // Files of a record
  {
    name: 'who puts another title into a plan',
    found: 'plan_not_signed',
    forge: (forger) => edited(forger, record(forger, 'first', 'plan.jsonl'), [/"Article 2"/g, '"Article 9"']),
  },
  {
    name: 'who leaves out the last line of a plan',
    found: 'plan_not_signed',
    forge: (forger) => edited(forger, record(forger, 'first', 'plan.jsonl'), [/[^\n]+\n$/, '']),
  },
  {
    name: 'who writes a plan that is none',
    found: 'plan_malformed',
    forge: (forger) => edited(forger, record(forger, 'first', 'plan.jsonl'), ['"ordinal":2', '"ordinal": 2']),
  },
  {
    name: 'who removes a plan',
    found: 'record_missing',
    forge: (forger) => forger.push({ [record(forger, 'first', 'plan.jsonl')]: null }),
  },
  {
    name: 'who edits a state',
    found: 'record_differs',
    forge: (forger) => edited(forger, record(forger, 'abandoned', 'state.json'), ['ABANDONED', 'COMPLETED']),
  },
  {
    name: 'who edits the report of a phase',
    found: 'record_differs',
    forge(forger) {
      const [path = ''] = forger.paths(/kb\/\d+-write_verify/);
      edited(forger, path, ['read back', 'read out']);
    },
  },
  {
    name: 'who removes the report of a phase',
    found: 'record_missing',
    forge: (forger) => forger.push({ [firstOf(forger, /kb\/01-source_pin/)]: null }),
  },
  {
    name: 'who edits the page of changes',
    found: 'record_differs',
    forge: (forger) => edited(forger, record(forger, 'revision', 'changes.md'), ['baker', 'miller']),
  },
  {
    name: 'who edits the counts from before',
    found: 'record_differs',
    forge: (forger) =>
      edited(forger, record(forger, 'first', 'pre.json'), ['"lifecycle_log": 0', '"lifecycle_log": 1']),
  },
  {
    name: 'who edits a compensation plan',
    found: 'revert_plan_differs',
    forge: (forger) => edited(forger, record(forger, 'reverted', 'revert-plan.json'), ['"soft"', '"hard"']),
  },
  // Logs
  {
    name: 'who cuts the end off a log',
    found: 'log_rewritten',
    forge: (forger) => edited(forger, record(forger, 'first', 'events.jsonl'), [/[^\n]+\n$/, '']),
  },
  {
    name: 'who changes an entry and nothing else',
    found: 'log_broken',
    forge: (forger) => edited(forger, record(forger, 'first', 'events.jsonl'), ['"seq":3', '"seq":33']),
  },
  {
    name: 'who writes a log with blanks',
    found: 'log_broken',
    forge: (forger) => edited(forger, record(forger, 'first', 'events.jsonl'), ['"seq":3', '"seq": 3']),
  },
  {
    name: 'who writes a line that is not JSON',
    found: 'log_malformed',
    forge: (forger) => edited(forger, record(forger, 'first', 'events.jsonl'), ['{', '[']),
  },
  {
    name: 'who swaps two entries',
    found: 'log_broken',
    forge(forger) {
      const path = record(forger, 'first', 'events.jsonl');
      const lines = forger.read(path).split('\n');
      forger.push({ [path]: [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n') });
    },
  },
  {
    name: 'who deletes a run',
    found: 'run_deleted',
    forge(forger) {
      const all = forger.paths(new RegExp(`^runs/${forger.town.runs.first}/`));
      forger.push(Object.fromEntries(all.map((path) => [path, null])));
    },
  },
  {
    name: 'who renames a run',
    found: 'log_broken',
    forge(forger) {
      const from = join(forger.directory, 'runs', forger.town.runs.open);
      renameSync(from, join(forger.directory, 'runs', 'run-20260101-0123456789abcdef'));
      commitWorkTree(forger);
    },
  },
  // History put anew around a log that is chained again
  {
    name: 'who forges counts after the last signature',
    found: 'output_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.revision,
        finished('lifecycle_verify', (output) => ({ ...output, units: output['units'] + 1 })),
      ),
  },
  {
    name: 'who forges the size of the document that was read',
    found: 'output_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        finished('source_pin', (output) => ({ ...output, bytes: output['bytes'] + 1 })),
        openedBefore(forger),
      ),
  },
  {
    name: 'who forges the blob of the document that was read',
    found: 'output_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        finished('source_pin', (output) => ({ ...output, blob: 'a'.repeat(40) })),
        openedBefore(forger),
      ),
  },
  {
    name: 'who forges counts of a plan',
    found: 'output_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        finished('cutplan', (output) => ({ ...output, rows: 99 })),
        openedBefore(forger),
      ),
  },
  {
    name: 'who forges what the marking found',
    found: 'output_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        finished('mark', (output) => ({ ...output, sections: 7 })),
        openedBefore(forger),
      ),
  },
  {
    name: 'who forges the verification table',
    found: 'output_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.revision,
        finished('write_verify', (output) => ({
          ...output,
          table: output['table'].map((row: Forged) => ({ ...row, after: row['expected'], expected: 5 })),
        })),
        `${lastSignature(forger)}~2`,
      ),
  },
  {
    name: 'who changes the past under a signature',
    found: 'approval_not_admitted',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.revision,
        finished('pre_write_backup', (output) => ({ ...output, bytes: 1 })),
        `${lastSignature(forger)}~2`,
      ),
  },
  {
    name: 'who shifts the times of the last phases',
    found: 'recorded_before_it_happened',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['phase']?.startsWith('lifecycle')
          ? { ...entry, at: new Date(Date.parse(entry['at']) + 3_600_000).toISOString() }
          : entry,
      ),
  },
  {
    name: 'who lets a phase run after its window',
    found: 'outside_window',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['phase'] === 'lifecycle_enact' && entry['started_at']
          ? { ...entry, started_at: new Date(Date.parse(entry['started_at']) + 90_000_000).toISOString() }
          : entry,
      ),
  },
  {
    name: 'who leaves out a gate',
    found: 'log_illegal',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['approval']?.gate === 'SG_2_lifecycle_authz' ? null : entry,
      ),
  },
  {
    name: 'who leaves out a phase',
    found: 'log_illegal',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['phase'] === 'lifecycle_enact' ? null : entry,
      ),
  },
  {
    name: 'who uses an approval again',
    found: 'approval_reused',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['approval']?.gate === 'SG_2_lifecycle_authz'
          ? { ...entry, approval: usedBy(forger, 'first', 'SG_2_lifecycle_authz') }
          : entry,
      ),
  },
  {
    name: 'who names an approval that nobody signed',
    found: 'approval_missing',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['approval']?.gate === 'SG_2_lifecycle_authz'
          ? { ...entry, approval: { ...entry['approval'], path: 'approvals/nobody.md' } }
          : entry,
      ),
  },
  {
    name: 'who quotes another signer',
    found: 'approval_misquoted',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['approval']?.gate === 'SG_2_lifecycle_authz'
          ? { ...entry, approval: { ...entry['approval'], signers: ['A'.repeat(40)] } }
          : entry,
      ),
  },
  {
    name: 'who quotes another merge',
    found: 'merge_misquoted',
    forge: (forger) =>
      forger.forgeRun(forger.town.runs.revision, (entry) =>
        entry['approval']?.gate === 'SG_2_lifecycle_authz'
          ? { ...entry, approval: { ...entry['approval'], commit: 'b'.repeat(40) } }
          : entry,
      ),
  },
  {
    name: 'who opens a run with the approval of another',
    found: 'run_misnamed',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        (entry) =>
          entry['type'] === 'run_opened'
            ? { ...entry, approval: usedBy(forger, 'abandoned', 'GAP7_execution_enable') }
            : entry,
        openedBefore(forger),
      ),
  },
  {
    name: 'who says that a run was of another document',
    found: 'approval_not_admitted',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        (entry) => (entry['type'] === 'run_opened' ? { ...entry, document_id: 'harbour' } : entry),
        openedBefore(forger),
      ),
  },
  {
    name: 'who points to another document',
    found: 'source_differs',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        (entry) =>
          entry['type'] === 'run_opened'
            ? { ...entry, source: { ...entry['source'], path: 'documents/harbour.md' } }
            : entry,
        openedBefore(forger),
      ),
  },
  {
    name: 'who points to a document that is not there',
    found: 'source_missing',
    forge: (forger) =>
      forger.forgeRun(
        forger.town.runs.open,
        (entry) =>
          entry['type'] === 'run_opened'
            ? { ...entry, source: { ...entry['source'], path: 'documents/nothing.md' } }
            : entry,
        openedBefore(forger),
      ),
  },
  {
    name: 'who pushes a history without a run and leaves its approvals',
    found: 'run_unknown',
    forge(forger) {
      const run = new RegExp(`^runs/${forger.town.runs.renewed}/`);
      const base = forger.repository.git(['rev-list', '--max-parents=0', 'HEAD']);
      forger.rewrite({
        base,
        edit({ put, files }) {
          for (const path of files.filter((one) => run.test(one))) put(path, null);
        },
      });
    },
  },
  // The recorder and its log
  {
    name: 'who removes a statement',
    found: 'statement_missing',
    forge: (forger) => forger.push({ [record(forger, 'first', 'statement.dsse.json')]: null }),
  },
  {
    name: 'who states another end of a run with a key of their own',
    found: 'statement_untrusted',
    async forge(forger) {
      const path = record(forger, 'abandoned', 'statement.dsse.json');
      const { payload } = JSON.parse(forger.read(path));
      const text = Buffer.from(payload, 'base64').toString().replace('ABANDONED', 'COMPLETED');
      const key = recorderFrom('11'.repeat(32));
      forger.push({ [path]: await seal({ payloadType: IN_TOTO, payload: Buffer.from(text) }, key) });
    },
  },
  {
    name: 'who puts the statement of another run in its place',
    found: 'statement_differs',
    forge: (forger) =>
      forger.push({
        [record(forger, 'first', 'statement.dsse.json')]: forger.read(
          record(forger, 'held', 'statement.dsse.json'),
        ),
      }),
  },
  {
    name: 'who takes the last leaf away',
    found: 'leaves_rewritten',
    forge: (forger) => edited(forger, LEAVES, [/[^\n]+\n$/, '']),
  },
  {
    name: 'who writes a leaf with a blank',
    found: 'leaf_malformed',
    forge: (forger) => edited(forger, LEAVES, ['{"at":', '{"at": ']),
  },
  {
    name: 'who signs a checkpoint with a key of their own',
    found: 'checkpoint_untrusted',
    async forge(forger) {
      const [origin = '', size] = forger.read(CHECKPOINT_PATH).split('\n');
      const checkpoint = { origin, size: Number(size), root: sha256('another tree') };
      forger.push({
        [CHECKPOINT_PATH]: await signCheckpoint(checkpoint, recorderFrom('11'.repeat(32))),
      });
    },
  },
  {
    name: 'who puts an earlier checkpoint back',
    found: 'log_inconsistent',
    forge(forger) {
      const earlier = forger.repository.git(['log', '--format=%H', '--', CHECKPOINT_PATH]).split('\n')[3];
      const file = forger.repository.git(['show', `${earlier}:${CHECKPOINT_PATH}`]);
      forger.push({ [CHECKPOINT_PATH]: `${file}\n` });
    },
  },
  {
    name: 'who adds a leaf that no checkpoint covers',
    found: 'log_inconsistent',
    forge: (forger) => edited(forger, LEAVES, [/([^\n]+\n)$/, '$1$1']),
  },
  {
    name: 'who removes the log',
    found: 'checkpoint_missing',
    forge: (forger) => forger.push({ [CHECKPOINT_PATH]: null, [LEAVES]: null }),
  },
  {
    name: 'who takes a run out of history, and its approvals too',
    found: ['leaf_without_head', 'verdict_without_approval', 'verdict_without_run'],
    forge: (forger) => forgetRun(forger),
  },
  {
    name: 'who appends an entry',
    found: 'head_without_leaf',
    forge(forger) {
      const path = record(forger, 'open', 'events.jsonl');
      const events = decodeLog(
        forger
          .read(path)
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
      const last = events.at(-1) as RunEvent;
      const more = chain(last, {
        ...{ type: 'abandoned', by: 'eve', why: 'why not', run_id: last.run_id, at: new Date(last.at) },
      });
      forger.push({ [path]: forger.read(path) + encodeEvent(more) });
    },
  },
  // What witnesses hold fast
  {
    name: 'who takes a run out of a cosigned log, with the key of the recorder itself',
    found: 'cosigned_contradicted',
    async forge(forger) {
      await pushCosigned(forger);
      await forgetRunInLog(forger);
    },
  },
  {
    name: 'who takes history back to before a cosignature',
    found: 'cosignature_absent',
    async forge(forger) {
      await pushCosigned(forger);
      forger.repository.git(['reset', '--quiet', '--hard', 'HEAD~1']);
    },
  },
  {
    name: 'who removes what a witness has cosigned',
    found: 'cosigned_set_back',
    async forge(forger) {
      await pushCosigned(forger);
      forger.push({ [WITNESS_FILE]: null });
    },
  },
  {
    name: 'who puts an earlier cosigned checkpoint in the place of a later one',
    found: 'cosigned_set_back',
    async forge(forger) {
      await pushCosigned(forger);
      const earlier = forger.repository.git(['log', '--format=%H', '--', CHECKPOINT_PATH]).split('\n')[3];
      const file = forger.repository.git(['show', `${earlier}:${CHECKPOINT_PATH}`]);
      forger.push({ [WITNESS_FILE]: await cosigned(`${file}\n`) });
    },
  },
  {
    name: 'who signs in the name of a witness',
    found: 'cosignature_wrong',
    async forge(forger) {
      const file = await cosigned(forger.read(CHECKPOINT_PATH));
      const end = file.lastIndexOf('=');
      forger.push({ [WITNESS_FILE]: `${file.slice(0, end - 6)}AAAA${file.slice(end - 2)}` });
    },
  },
  {
    name: 'who has a checkpoint of their own cosigned',
    found: 'cosigned_untrusted',
    async forge(forger) {
      const [origin = '', size] = forger.read(CHECKPOINT_PATH).split('\n');
      const checkpoint = { origin, size: Number(size), root: sha256('another tree') };
      const file = await signCheckpoint(checkpoint, recorderFrom('11'.repeat(32)));
      forger.push({ [WITNESS_FILE]: await cosigned(file) });
    },
  },
  {
    name: 'who leaves a note where witnesses have their files',
    found: 'cosigned_untrusted',
    forge: (forger) => forger.push({ [WITNESS_FILE]: 'seen\n' }),
  },
  {
    name: 'who hides a file behind the name of no witness',
    found: 'unexplained',
    forge: (forger) => forger.push({ 'runs/log/witness/More': forger.read(CHECKPOINT_PATH) }),
  },
  {
    name: 'who puts a key of their own into the list of recorders',
    found: 'recorder_file_differs',
    forge: (forger) =>
      forger.push({ [RECORDER_PATH]: recordersOf(testRecorder(), recorderFrom('11'.repeat(32))) }),
  },
  {
    name: 'who puts another list of recorders in its place for one commit',
    found: 'recorder_file_differs',
    forge(forger) {
      const file = forger.read(RECORDER_PATH);
      forger.push({ [RECORDER_PATH]: recordersOf(recorderFrom('11'.repeat(32))) });
      forger.push({ [RECORDER_PATH]: file });
    },
  },
  {
    name: 'who edits what else the list of recorders says',
    found: 'recorder_file_differs',
    forge: (forger) => edited(forger, RECORDER_PATH, ['"verifier_key": "', '"verifier_key": "x']),
  },
  {
    name: 'who removes the list of recorders',
    found: 'recorder_file_differs',
    forge: (forger) => forger.push({ [RECORDER_PATH]: null }),
  },
  // Beside the records
  {
    name: 'who invents a run',
    found: 'unexplained',
    forge: (forger) => forger.push({ 'runs/run-20260101-01234567/plan.jsonl': '{}\n' }),
  },
  {
    name: 'who leaves a folder of a run without a log',
    found: 'log_missing',
    forge: (forger) => forger.push({ 'runs/run-20260101-0123456789abcdef/plan.jsonl': '{}\n' }),
  },
  {
    name: 'who adds a file to approvals',
    found: 'unexplained',
    forge: (forger) => forger.push({ 'approvals/notes.txt': 'nothing\n' }),
  },
  {
    name: 'who adds a file to a record',
    found: 'unexplained',
    forge: (forger) => forger.push({ [record(forger, 'first', 'kb/99-more.md')]: 'more\n' }),
  },
  {
    name: 'who writes the folder in capitals',
    found: 'unexplained',
    forge: (forger) => forger.push({ 'Runs/README.md': 'not here\n' }),
  },
  {
    name: 'who makes a README a link',
    found: 'unexplained',
    forge(forger) {
      const path = join(forger.directory, 'runs/README.md');
      rmSync(path);
      symlinkSync('/etc/passwd', path);
      commitWorkTree(forger);
    },
  },
];

const witness = recorderFrom('22'.repeat(32));

/** Whom every audit here asks for. */
export const WITNESS: NoteKey = { name: 'audit-office.example', key: witness.key };
export const WITNESS_FILE = witnessPath(WITNESS.name);

/** A checkpoint with the signature of the witness behind that of the recorder. */
export async function cosigned(file: string): Promise<string> {
  const note = decodeNote(Buffer.from(file));
  if (!note.ok) throw new Error(note.flaw.detail);
  const at = new Date('2026-06-01T00:00:00Z');
  const line = await cosign(note.value, { name: WITNESS.name, signer: witness, at });
  return encodeNote({ ...note.value, signatures: [...note.value.signatures, line] });
}

async function pushCosigned(forger: Forger): Promise<void> {
  forger.push({ [WITNESS_FILE]: await cosigned(forger.read(CHECKPOINT_PATH)) });
}

function recordersOf(...recorders: readonly RecorderSigner[]): string {
  return recorderFile({ deployment: DEPLOYMENT, keys: recorders.map(({ key }) => key) });
}

/** As `forgetRun`, and in every commit the log over what is left is signed again by the recorder. */
async function forgetRunInLog(forger: Forger): Promise<void> {
  const { git } = forger.repository;
  const commits = git(['log', '--first-parent', '--format=%H', '--', LEAVES]).split('\n');
  const forged = new Map<string, ReadonlyMap<string, string>>();
  for (const commit of commits) {
    const lines = git(['show', `${commit}:${LEAVES}`]).split('\n');
    const leaves = lines.filter((line) => !line.includes(forger.town.runs.renewed));
    const recorder = { current: testRecorder(), older: [] };
    forged.set(lines.join('\n'), await logFiles({ deployment: DEPLOYMENT, recorder, leaves }));
  }
  forgetRun(forger, (leaves) => forged.get(leaves.trimEnd()) ?? new Map());
}

/** History from its beginning, without one run and without whatever it used. */
function forgetRun(
  forger: Forger,
  logOf: (leaves: string) => ReadonlyMap<string, string> = () => new Map(),
): void {
  const run = `runs/${forger.town.runs.renewed}/`;
  const events = forger.read(record(forger, 'renewed', 'events.jsonl'));
  const used = new Set([...events.matchAll(/"path":"(approvals[^"]+)"/g)].map(([, path = '']) => path));
  const isOf = (path: string) => path.startsWith(run) || used.has(path.replace(/[.]asc$/, ''));
  forger.rewrite({
    base: forger.repository.git(['rev-list', '--max-parents=0', 'HEAD']),
    edit({ put, files, read }) {
      for (const path of files.filter(isOf)) put(path, null);
      for (const [path, content] of logOf(read(LEAVES)?.toString() ?? '')) put(path, content);
    },
  });
}

/** The commit before the one that brought the approval which opened the run that waits. */
function openedBefore(forger: Forger): string {
  const approval = usedBy(forger, 'open', 'GAP7_execution_enable')['commit'];
  return forger.repository.git(['rev-parse', `${approval}^1`]);
}

/** The merge of the last SG_2. */
function lastSignature(forger: Forger): string {
  return usedBy(forger, 'revision', 'SG_2_lifecycle_authz')['commit'];
}

function usedBy(forger: Forger, told: keyof Forger['town']['runs'], gate: string): Forged {
  const lines = forger
    .read(record(forger, told, 'events.jsonl'))
    .trimEnd()
    .split('\n');
  const events: Forged[] = lines.map((line) => JSON.parse(line));
  return events.find((event) => event['approval']?.gate === gate)?.['approval'];
}
