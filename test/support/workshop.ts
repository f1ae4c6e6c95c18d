// A run without GitHub: the real orchestrator, state, governed database, signatures and kill switch, with the source
// held in memory. Crashes and STOPs are provoked here, where every step can be reached.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { admit, EMPTY_LEDGER } from '../../src/approval/admission.ts';
import type { BindingName, Gate } from '../../src/approval/gates.ts';
import { type KeyRing, readKeys } from '../../src/approval/key-ring.ts';
import type { RunId } from '../../src/approval/run-id.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { takeBackup } from '../../src/backup/backup.ts';
import { type DumpSource, fromEmbedded, fromPostgres } from '../../src/backup/dump.ts';
import { readBackupKey } from '../../src/backup/key.ts';
import { readTools } from '../../src/deployment/config.ts';
import { contextOf } from '../../src/deployment/run-context.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { gitBlobId } from '../../src/github/facts.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import { nameDeployment } from '../../src/governed/deployment-name.ts';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { openPostgres, openPostgresAdmin } from '../../src/governed/postgres.ts';
import { installSchema } from '../../src/governed/schema.ts';
import { applySigners, signerSet } from '../../src/governed/signers.ts';
import { signedUtc } from '../../src/local/sovereign.ts';
import { detachSign, makeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import type { PhaseContext } from '../../src/phases/context.ts';
import { continueRun, openRun } from '../../src/run/begin.ts';
import { expectedBindings } from '../../src/run/bindings.ts';
import type { ApprovalReference, RunEvent } from '../../src/run/events.ts';
import type { RunLog } from '../../src/run/log.ts';
import { advance } from '../../src/run/orchestrator.ts';
import { fold, type RunState } from '../../src/run/state.ts';
import { witnessing } from '../../src/run/witness.ts';
import { committedTally } from '../../src/store/committed-tally.ts';
import { masterOff } from '../../src/store/master-switch.ts';
import { authorise, committedRuns, runLog } from '../../src/store/run-log.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { letClockMove, moveClock } from './moving-clock.ts';
import { governedPglite, statePglite } from './pglite.ts';
import type { TestPostgres } from './postgres.ts';
import { RECORDER_KEY } from './recorder.ts';
import { DEPLOYMENT } from './signing.ts';

const POLICY = { thresholds: {} };

export interface Workshop {
  readonly store: Store;
  readonly governed: GovernedDatabase;
  /** The governed database's administrator, to look. */
  readonly root: AdminDatabase;
  /** The pinned keys at the moment of the call; tests replace it. */
  readKeys: () => Promise<KeyRing>;
  /** The bot's clock; tests move it. */
  readonly clock: { at: Date; github: number };
  /** Documents by path, as GitHub would serve them; by `<commit>:<path>` where a test has a history of them. */
  readonly sources: Map<string, string>;
  readonly sovereign: ThrowawayKey;
  /** Told each approval before it is judged; says which merge brought it. Tests that keep a repository replace it. */
  merged: (files: SignedFiles) => { commit: string; pull: number };
  /** The logs of runs, as the record in git would hold them. */
  readonly published: Map<RunId, string>;
  readonly log: RunLog;
  /** Signs, admits and records the approval that opens a run for a document. */
  openRun(documentId: string, text: string, options?: { sg1Only?: boolean }): Promise<RunId>;
  /** Signs and records the approval for a gate, bound as the bot asks. */
  sign(runId: RunId, gate: Gate): Promise<void>;
  /** Walks on as far as the road goes. `around` may replace what the orchestrator works with. */
  advance(runId: RunId, around?: Around): Promise<RunState>;
  state(runId: RunId): Promise<RunState>;
  close(): Promise<void>;
}

/** An approval with its signature, as a pull request would add them. */
export interface SignedFiles {
  readonly path: string;
  readonly document: Buffer;
  readonly signature: Buffer;
}

export interface EmbeddedWorkshop extends Workshop {
  readonly pglite: PGlite;
}

export interface Around {
  log?(log: RunLog): RunLog;
  context?(context: PhaseContext): PhaseContext;
  onUnhandled?(error: unknown): void;
  onWaiting?(error: Error): void;
}

/** The governed database of a workshop, before anything is in it. */
interface Place {
  readonly governed: GovernedDatabase;
  readonly root: AdminDatabase;
  readonly source: DumpSource;
  close(): Promise<void>;
}

type Clock = Workshop['clock'];

/** On an embedded database, whose clock goes as the bot's does. */
export async function openWorkshop(): Promise<EmbeddedWorkshop> {
  const pglite = await governedPglite();
  const embedded = openEmbedded(pglite);
  await letClockMove(pglite);
  const workshop = await openWorkshopIn((clock) => ({
    root: embedded,
    source: fromEmbedded(pglite),
    governed: {
      ...embedded,
      now: async () => clock.at,
      async write(role, options, work) {
        await moveClock(pglite, clock.at);
        return embedded.write(role, options, work);
      },
    },
    close: () => pglite.close(),
  }));
  return Object.assign(workshop, { pglite });
}

const LOGINS = {
  cutter_exec: { user: 'cutter_exec', password: 'exec-in-the-workshop' },
  cutter_verify: { user: 'cutter_verify', password: 'verify-in-the-workshop' },
  cutter_backup: { user: 'cutter_backup', password: 'backup-in-the-workshop' },
};

/** On a real server, with a login for each role. Its clock cannot be moved: such a workshop lives at the present time. */
export async function openServerWorkshop(server: TestPostgres): Promise<Workshop> {
  const database = await server.createDatabase();
  const place = {
    ...{ host: server.host, port: server.port, database },
    ...{ sslMode: 'disable' as const, sslRootCertificate: undefined },
  };
  const root = openPostgresAdmin({ ...place, admin: server.superuser });
  await installSchema(root, (writer) => setPasswords(writer, LOGINS));
  const db = openPostgres({ ...place, exec: LOGINS.cutter_exec, verify: LOGINS.cutter_verify });
  return openWorkshopIn((clock) => ({
    root,
    source: fromPostgres({ ...place, login: LOGINS.cutter_backup }, readTools(process.env)),
    governed: { ...db, now: async () => clock.at },
    async close() {
      await Promise.all([db.close(), root.close()]);
      await server.dropDatabase(database);
    },
  }));
}

async function openWorkshopIn(open: (clock: Clock) => Place): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-workshop-'));
  const clock = { at: new Date(Math.floor(Date.now() / 1000) * 1000), github: 0 };
  const now = (): Date => clock.at;
  const madeAt = new Date(now().getTime() - 40 * 24 * 3600 * 1000);
  const sovereign = await makeKey('Test Sovereign', madeAt);
  const backup = await makeKey('Test Backup', madeAt);
  const keys = await ringOf(sovereign, now());
  const recipient = await readBackupKey([{ name: 'backup.asc', bytes: Buffer.from(backup.publicArmored) }], {
    fingerprint: backup.fingerprint,
    now: now(),
  });
  const place = open(clock);
  const { governed, root } = place;
  await root.admin(async (writer) => {
    await nameDeployment(writer, DEPLOYMENT);
    await applySigners(writer, signerSet(keys));
  });
  const store = await openEmbeddedStore(await statePglite(), (error) => {
    throw error;
  });
  const sources = new Map<string, string>();
  const published = new Map<RunId, string>();
  const log = runLog(store);
  const load = async (runId: RunId): Promise<RunState> => fold(await log.load(runId));

  let pull = 0;
  const admitted = async (gate: Gate, bindings: Partial<Record<BindingName, string>>) => {
    const path = `approvals/${gate}-${pull}-${clock.at.getTime()}.md`;
    const document = Buffer.from(approvalTemplate({ gate, bindings, signedUtc: signedUtc(now()) }));
    const signature = Buffer.from(await detachSign(document.toString(), { key: sovereign, at: now() }));
    const signatures = [{ path: `${path}.asc`, bytes: signature }];
    const merge = workshop.merged({ path, document, signature });
    const verdict = await admit({
      approval: { path, bytes: document },
      signatures,
      change: null,
      expect: { gate, bindings },
      ledger: EMPTY_LEDGER,
      keys,
      policy: POLICY,
      now: now(),
    });
    if (verdict.verdict === 'rejected') throw new Error(`${verdict.reason}: ${verdict.detail}`);
    const reference: ApprovalReference = {
      gate,
      path,
      ...merge,
      document_sha256: verdict.approval.sha256,
      signers: [...verdict.signers],
      signed_at: verdict.signedAt.toISOString(),
      valid_until: verdict.validUntil.toISOString(),
    };
    return { verdict, reference, signed: { document, signatures } };
  };

  const record = async (
    event: RunEvent,
    {
      reference,
      signed,
      opens,
    }: {
      reference: ApprovalReference;
      signed: Awaited<ReturnType<typeof admitted>>['signed'];
      opens: string | null;
    },
  ): Promise<void> => {
    pull += 1;
    await authorise(store, {
      event,
      approval: reference,
      signed,
      opens: opens === null ? null : { repository: 'test/governance', documentId: opens },
      judgement: {
        repository: 'test/governance',
        pull,
        commit: 'c'.repeat(40),
        ...{ path: reference.path, documentSha256: reference.document_sha256 },
        runId: event.run_id,
        verdict: { verdict: 'accepted' },
      },
      at: now(),
    });
  };

  const workshop: Workshop = {
    store,
    governed,
    root,
    readKeys: async () => keys,
    clock,
    sources,
    sovereign,
    merged: () => ({ commit: 'c'.repeat(40), pull: 1 }),
    published,
    log,
    state: load,

    async openRun(documentId, text, options = {}) {
      const path = `documents/${documentId}.md`;
      sources.set(path, text);
      const bindings = {
        ...{ deployment: DEPLOYMENT, document_id: documentId, mode: 'LIVE' },
        source_sha256: sha256(text),
        recorder_key: RECORDER_KEY,
      };
      const { verdict, reference, signed } = await admitted('GAP7_execution_enable', bindings);
      const event = openRun({
        approval: verdict.approval,
        reference,
        repository: 'test/governance',
        target: { document_id: documentId, path, granularity: 'article' },
        sg1Only: options.sg1Only ?? false,
        at: now(),
      });
      await record(event, { reference, signed, opens: documentId });
      return event.run_id;
    },

    async sign(runId, gate) {
      const state = await load(runId);
      const { verdict, reference, signed } = await admitted(
        gate,
        expectedBindings(state, gate, { recorderKey: RECORDER_KEY }),
      );
      await record(continueRun(state, { approval: verdict.approval, reference, at: now() }), {
        reference,
        signed,
        opens: null,
      });
    },

    async advance(runId, around = {}) {
      const used = around.log?.(log) ?? log;
      return advance(runId, {
        log: used,
        ...witnessing({
          log: used,
          witnesses: {
            governed,
            committed: () => committedRuns(store),
            tally: () => committedTally(store),
            published: async (id) => published.get(id) ?? null,
          },
          onUnnoted(error) {
            throw error;
          },
        }),
        now,
        context(state) {
          const context = contextOf(state, {
            policy: POLICY,
            source: {
              now: async () => new Date(clock.at.getTime() + clock.github),
              async read(path, commit) {
                const text = sources.get(`${commit}:${path}`) ?? sources.get(path);
                if (text === undefined) return null;
                const bytes = Buffer.from(text);
                return { path, commit, blob: gitBlobId(bytes), bytes };
              },
            },
            parts: {
              store,
              governed,
              keys: () => workshop.readKeys(),
              now,
              masterOff: () => masterOff(store),
              backup: (id) =>
                takeBackup({
                  runId: id,
                  directory: join(directory, 'backups'),
                  recipient,
                  source: place.source,
                  now,
                }),
            },
          });
          return around.context?.(context) ?? context;
        },
        patience: { delaysMs: [1, 1], onWaiting: (error) => around.onWaiting?.(error) },
        onHeld: async () => undefined,
        onUnhandled: (error) => around.onUnhandled?.(error),
      });
    },

    async close() {
      await store.close();
      await place.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return workshop;
}

async function ringOf(key: ThrowawayKey, now: Date): Promise<KeyRing> {
  return readKeys([{ name: 'sovereign.asc', bytes: Buffer.from(key.publicArmored) }], {
    pinned: [key.fingerprint],
    now,
  });
}

/** A small law: a title, a preamble and as many articles as asked for. */
export function smallLaw(articles: number, seed = ''): string {
  const body = Array.from(
    { length: articles },
    (_, index) => `## Article ${index + 1}\n\nRule ${index + 1} of ${seed}.\n`,
  );
  return `# The Law of ${seed || 'Nothing'}\n\nWe agree.\n\n${body.join('\n')}`;
}
