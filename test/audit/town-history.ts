// A genuine clone with everything that can become of runs: a first cut, a revision, one that was held and released, reverted,
// abandoned, renewed, one whose approval was withdrawn, and approvals that open nothing. The real orchestrator, guard and
// signatures; only the forge is a script over real git.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readApproval } from '../../src/approval/front-matter.ts';
import type { KeyRing } from '../../src/approval/key-ring.ts';
import type { RunId } from '../../src/approval/run-id.ts';
import { deriveRunId } from '../../src/approval/run-id.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { signedUtc } from '../../src/local/sovereign.ts';
import { detachSign, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { IN_TOTO, seal } from '../../src/record/dsse.ts';
import { logFiles } from '../../src/record/log-files.ts';
import { encodeLeaf } from '../../src/record/log-leaf.ts';
import { encodeStatement, statementPath } from '../../src/record/statement.ts';
import { runRecord } from '../../src/report/run-record.ts';
import { withdrawFrom } from '../../src/run/begin.ts';
import { chain } from '../../src/run/events.ts';
import { recordOf } from '../../src/run/record.ts';
import { newestStanding } from '../../src/run/state.ts';
import { statementOf } from '../../src/run/statement.ts';
import { Stop } from '../../src/stop/stop.ts';
import { artifacts } from '../../src/store/artifacts.ts';
import { planRevert } from '../support/plan-revert.ts';
import { testRecorder } from '../support/recorder.ts';
import { DEPLOYMENT } from '../support/signing.ts';
import { type EmbeddedWorkshop, openWorkshop } from '../support/workshop.ts';
import { initRepository, type TestRepository } from './repository.ts';

const RECORDER = { current: testRecorder(), older: [] };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export type Told =
  | 'first'
  | 'revision'
  | 'held'
  | 'reverted'
  | 'abandoned'
  | 'renewed'
  | 'withdrawn'
  | 'open';

export interface TownHistory {
  readonly directory: string;
  readonly repository: TestRepository;
  readonly runs: Readonly<Record<Told, RunId>>;
  readonly sovereign: ThrowawayKey;
  readonly keys: KeyRing;
  readonly workshop: EmbeddedWorkshop;
  close(): Promise<void>;
}

const charter = (articles: readonly string[]) =>
  `# The Town Charter\n\n${articles.map((text, index) => `## Article ${index + 1}\n\n${text}\n`).join('\n')}`;

export async function openTownHistory(): Promise<TownHistory> {
  const root = mkdtempSync(join(tmpdir(), 'countersign-audit-'));
  const repository = initRepository(join(root, 'town'));
  const workshop = await openWorkshop();
  const teller = new Teller(workshop, repository);
  await teller.found();
  const runs = await teller.tell();
  // Every forger gets a copy: of one pack it is quicker than of a thousand objects.
  repository.git(['gc', '--quiet']);
  return {
    ...{ directory: repository.directory, repository, runs, workshop, sovereign: workshop.sovereign },
    keys: await workshop.readKeys(),
    async close() {
      await workshop.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

class Teller {
  readonly #workshop: EmbeddedWorkshop;
  readonly #repository: TestRepository;
  #pull = 0;
  readonly #leaves: string[] = [];

  constructor(workshop: EmbeddedWorkshop, repository: TestRepository) {
    this.#workshop = workshop;
    this.#repository = repository;
    workshop.merged = ({ path, document, signature }) => this.#merge(path, { document, signature });
  }

  async found(): Promise<void> {
    const files = new Map([
      ['approvals/README.md', 'Signed approvals.\n'],
      ['runs/README.md', 'The record of every run.\n'],
    ]);
    this.#repository.commit(files, 'Found the town', this.#by('Mayor'));
  }

  /** The revision is the last: its record is the last commit, which anybody who may push can put anew. */
  async tell(): Promise<TownHistory['runs']> {
    const first = await this.#enacted(
      'charter',
      charter(['Be quiet at night.', 'Share the bread.', 'Keep dogs.']),
    );
    const reverted = await this.#reverted('charter', charter(['Be loud at night.', 'Share the bread.']));
    const held = await this.#held('market', charter(['The market opens at eight.', 'It closes at noon.']));
    const abandoned = await this.#abandoned('bridge', charter(['The bridge is free.', 'No horses.']));
    const renewed = await this.#renewed('harbour', charter(['The harbour is open.', 'Ships pay a penny.']));
    const withdrawn = await this.#withdrawn('forest', charter(['Nobody fells oaks.', 'Mushrooms are free.']));
    await this.#openingNothing(first);
    const open = await this.#opened('mill', charter(['The mill turns.', 'The miller is paid in flour.']));
    const revision = await this.#enacted(
      'charter',
      charter(['Be quiet at night.', 'The baker sets the price of bread.', 'Cats are welcome on the roofs.']),
    );
    return { first, revision, held, reverted, abandoned, renewed, withdrawn, open };
  }

  async #enacted(documentId: string, text: string): Promise<RunId> {
    const runId = await this.#opened(documentId, text);
    await this.#sign(runId, 'SG_1_cut_authz');
    await this.#sign(runId, 'SG_2_lifecycle_authz');
    return runId;
  }

  async #opened(documentId: string, text: string, held = false): Promise<RunId> {
    const path = `documents/${documentId}.md`;
    this.#repository.commit(new Map([[path, text]]), `Write ${documentId}`, this.#by('Clerk'));
    const merged = this.#workshop.merged;
    // The document stands in the very commit that brings the approval which pins it.
    this.#workshop.merged = (files) => {
      const merge = merged(files);
      this.#workshop.sources.set(`${merge.commit}:${path}`, text);
      return merge;
    };
    const runId = await this.#workshop.openRun(documentId, text);
    this.#workshop.merged = merged;
    await this.#advance(runId, held);
    return runId;
  }

  async #held(documentId: string, text: string): Promise<RunId> {
    const runId = await this.#opened(documentId, text, true);
    await this.#sign(runId, 'SG_H_release_authz');
    await this.#sign(runId, 'SG_1_cut_authz');
    await this.#sign(runId, 'SG_2_lifecycle_authz');
    return runId;
  }

  async #reverted(documentId: string, text: string): Promise<RunId> {
    const runId = await this.#opened(documentId, text);
    await this.#sign(runId, 'SG_1_cut_authz');
    await planRevert(runId, this.#workshop);
    await this.#publish(runId);
    await this.#sign(runId, 'SG_R_revert_authz');
    return runId;
  }

  async #abandoned(documentId: string, text: string): Promise<RunId> {
    const runId = await this.#opened(documentId, text);
    const { log, clock } = this.#workshop;
    const { head } = await this.#workshop.state(runId);
    await log.append(
      chain(head, { type: 'abandoned', by: 'ada', why: 'not now', run_id: runId, at: clock.at }),
    );
    await this.#publish(runId);
    return runId;
  }

  async #renewed(documentId: string, text: string): Promise<RunId> {
    const runId = await this.#opened(documentId, text);
    this.#pass(30 * HOUR_MS);
    await this.#workshop.sign(runId, 'GAP7_execution_enable');
    await this.#publish(runId);
    await this.#sign(runId, 'SG_1_cut_authz');
    await this.#sign(runId, 'SG_2_lifecycle_authz');
    return runId;
  }

  /** SG_1 is merged and taken back before anything was written; the sovereign signs again. */
  async #withdrawn(documentId: string, text: string): Promise<RunId> {
    const runId = await this.#opened(documentId, text);
    await this.#workshop.sign(runId, 'SG_1_cut_authz');
    const taken = newestStanding(await this.#workshop.state(runId), 'SG_1_cut_authz');
    if (!taken) throw new Error('SG_1 was not recorded');
    const stop = new Stop('clock_skew', 'the clock stood still');
    await this.#workshop.advance(runId, stopping(stop));
    this.#pass(MINUTE_MS);
    const draft = await this.#signed('SG_W_withdrawal', { approval_sha256: taken.document_sha256 });
    const merge = this.#merge('approvals/take-back.md', draft, { runId });
    const { clock, log } = this.#workshop;
    await log.append(
      withdrawFrom(await this.#workshop.state(runId), {
        approval_sha256: taken.document_sha256,
        withdrawal: {
          ...{ path: 'approvals/take-back.md', ...merge, document_sha256: sha256(draft.document) },
          ...{ signers: [this.#workshop.sovereign.fingerprint], signed_at: clock.at.toISOString() },
        },
        at: clock.at,
      }),
    );
    await this.#publish(runId);
    return runId;
  }

  /** Merged, and without effect: the one for a run that awaits it no more, the other merged too late. */
  async #openingNothing(runId: RunId): Promise<void> {
    const log = sha256('no log');
    const bindings = { run_id: runId, evidence_sha256: log, event_log_sha256: log };
    this.#merge('approvals/for-nothing.md', await this.#signed('SG_2_lifecycle_authz', bindings), {
      reason: 'gate_already_used',
    });
    const late = await this.#signed('SG_2_lifecycle_authz', { ...bindings, evidence_sha256: sha256('late') });
    await this.#publishLog();
    this.#pass(48 * HOUR_MS);
    this.#merge('approvals/too-late.md', late, { reason: 'window_expired' });
    await this.#publishLog();
  }

  async #signed(gate: Parameters<typeof approvalTemplate>[0]['gate'], bindings: Record<string, string>) {
    const { clock, sovereign } = this.#workshop;
    const text = approvalTemplate({ gate, bindings, signedUtc: signedUtc(clock.at) } as never);
    const signature = await detachSign(text, { key: sovereign, at: clock.at });
    return { document: Buffer.from(text), signature: Buffer.from(signature) };
  }

  async #sign(runId: RunId, gate: Parameters<EmbeddedWorkshop['sign']>[1]): Promise<void> {
    await this.#workshop.sign(runId, gate);
    await this.#advance(runId);
  }

  async #advance(runId: RunId, held = false): Promise<void> {
    this.#pass(MINUTE_MS);
    const stop = new Stop('clock_skew', 'the clock of the town stood still');
    await this.#workshop.advance(runId, held ? stopping(stop) : {});
    await this.#publish(runId);
  }

  /** The record, the recorder's statement of it and the log, in one commit. */
  async #publish(runId: RunId): Promise<void> {
    const { log, store } = this.#workshop;
    const events = await log.load(runId);
    const state = await this.#workshop.state(runId);
    const kept = await artifacts(store, runId);
    const files = new Map(runRecord(recordOf(state, { events, kept })));
    const statement = statementOf(state, { events, kept });
    if (!statement) throw new Error(`${runId} names no recorder`);
    const payload = encodeStatement(statement);
    const envelope = await seal({ payloadType: IN_TOTO, payload }, RECORDER.current);
    files.set(statementPath(runId), envelope);
    const { head } = state;
    this.#leaves.push(
      encodeLeaf({
        ...{ type: 'head', at: statement.predicate.at, run_id: runId, seq: head.seq, hash: head.hash },
        statement_sha256: sha256(envelope),
      }),
    );
    const own = await this.#logFiles();
    const message = `Record ${runId}: ${state.position.status}`;
    this.#repository.commit(new Map([...files, ...own]), message, this.#by('Countersign'));
    this.#pass(MINUTE_MS);
  }

  /** A verdict that moves no run comes by itself. */
  async #publishLog(): Promise<void> {
    this.#pass(MINUTE_MS);
    this.#repository.commit(await this.#logFiles(), 'Record the log', this.#by('Countersign'));
  }

  #logFiles(): Promise<Map<string, string>> {
    return logFiles({ deployment: DEPLOYMENT, recorder: RECORDER, leaves: this.#leaves });
  }

  #merge(
    path: string,
    { document, signature }: { document: Buffer; signature: Buffer },
    { reason = null, runId }: { reason?: string | null; runId?: RunId } = {},
  ) {
    this.#pull += 1;
    const files = new Map([
      [path, document],
      [`${path}.asc`, signature],
    ]);
    const commit = this.#repository.merge(files, `Approve ${path}`, this.#by('Mayor'));
    const read = readApproval(document, path);
    if (!read.ok) throw new Error(read.refusal.detail);
    const { bindings, signedAt, sha256: digest } = read.approval;
    const opened = deriveRunId({ documentSha256: digest, signedAt });
    const verdict = {
      type: 'verdict' as const,
      ...{ at: this.#workshop.clock.at.toISOString(), commit, document_sha256: digest },
      ...{ path, pull: this.#pull },
    } as const;
    this.#leaves.push(
      reason === null
        ? encodeLeaf({
            ...{ ...verdict, verdict: 'accepted', reason },
            run_id: runId ?? ((bindings.run_id ?? opened) as RunId),
          })
        : encodeLeaf({ ...verdict, verdict: 'rejected', reason, run_id: null }),
    );
    return { commit, pull: this.#pull };
  }

  #by(name: string) {
    return { name, at: this.#workshop.clock.at };
  }

  #pass(ms: number): void {
    this.#workshop.clock.at = new Date(this.#workshop.clock.at.getTime() + ms);
  }
}

function stopping(stop: Stop): Parameters<EmbeddedWorkshop['advance']>[1] {
  return {
    context: (context) => ({
      ...context,
      governed: {
        ...context.governed,
        async read() {
          throw stop;
        },
      },
    }),
  };
}
