// What each STOP says of the case: by the phases themselves, where a phase can be asked without a database; in the
// words of the governed database and of the backup where it cannot.
import { sha256 } from '../../src/digest/digest.ts';
import type { GovernedDatabase, Reader } from '../../src/governed/database.ts';
import { EXPECTED } from '../../src/governed/matrix.ts';
import { assertClocksAgree } from '../../src/phases/clocks.ts';
import type { PhaseContext, SourceFile } from '../../src/phases/context.ts';
import { cutplan, signedPlan } from '../../src/phases/cutplan.ts';
import { grantProbe } from '../../src/phases/grant-probe.ts';
import { mark } from '../../src/phases/mark.ts';
import { preWriteBackup } from '../../src/phases/pre-write-backup.ts';
import { revertExecute } from '../../src/phases/revert-execute.ts';
import { readPinnedSource } from '../../src/phases/source-pin.ts';
import type { ExistingUnit } from '../../src/plan/change.ts';
import { type RevertPlanObject, revertPlanSha256 } from '../../src/record/revert-plan.ts';
import { Stop, type StopCode } from '../../src/stop/stop.ts';
import { RUN_ID, START } from '../support/run-events.ts';
import { CHARTER, OUTPUTS, STANDING } from './story.ts';

/** In the order of a run: what a phase says when it stops. */
export async function phaseDetails(): Promise<ReadonlyMap<string, { code: StopCode; detail: string }>> {
  const unsure = CHARTER.replace('Be kind', '```\nBe kind');
  const invalid = `# Law\n\n${String.fromCharCode(0)}\n`;
  const cases: readonly [string, () => Promise<unknown>][] = [
    ["GitHub's clock is behind", () => assertClocksAgree(context({ github: -121 }))],
    ["The database's clock is ahead", () => assertClocksAgree(context({ database: 180 }))],
    ['The document is gone', () => readPinnedSource(context({ text: null }))],
    ['The document is another one', () => readPinnedSource(context({ text: '# Another\n' }))],
    ['The document cannot be read', () => mark.run(context({ text: invalid, signed: sha256(invalid) }))],
    ['Every unit stands there already', () => cutplan.run(context({ units: STANDING }))],
    ['Two units are at one address', () => cutplan.run(context({ units: [...STANDING, ...STANDING] }))],
    ['The cut is unsure of something', () => cutplan.run(context({ text: unsure, signed: sha256(unsure) }))],
    ['The plan is another one', () => signed(context({ units: STANDING }))],
    ['The backup came back without its size', () => preWriteBackup.run(context({}))],
    ['Privileges are missing and too many', () => grantProbe.run(context({ rows: PRIVILEGES }))],
    ['The compensation plan is another one', () => revertExecute.run(context({}))],
  ];
  const said = new Map<string, { code: StopCode; detail: string }>();
  for (const [situation, work] of cases) {
    const stop = await work().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(stop instanceof Stop)) throw new Error(`no STOP: ${situation}`, { cause: stop });
    said.set(situation, { code: stop.code, detail: stop.detail });
  }
  return said;
}

/** The rest: as the governed database, the backup and the settings say it. */
export const OTHER_DETAILS = {
  incomplete_plan_row: 'row 2 (art-1) has no title',
  kill_switch_off: 'approvals/open.md no longer holds: window_expired (signed 2026-05-21 10:00:00 UTC)',
  master_off: 'the operator has switched the master off',
  database_busy: 'the write lock is taken',
  database_refused:
    'SQLSTATE 42501: a privilege is missing; the governed database refused: permission denied for function fn_open_write (SQLSTATE 42501). Privileges: lack: cutter_exec EXECUTE on function cutter_governance.fn_open_write(text, text) (mend: GRANT EXECUTE ON FUNCTION cutter_governance.fn_open_write(text, text) TO cutter_exec;)',
  state_rewound: 'the governed database has this run closed: it was abandoned',
  governed_rewound: 'it lacks what these runs have committed: run-20260520-00112233445566ff',
  guard_refused: 'window_expired: the approval for SG_1_cut_authz ended at 2026-05-22T10:00:00Z',
  unit_status: 'row 2 (art-1) was answered by `exists`',
  structure_mismatch: 'unit 2 (art-1): has another parent',
  incomplete_ids: 'cutter_governance.review_decision did not answer with the id of its row',
  count_drift: 'draft units: 0 before, 3 expected, 4 after',
  verify_mismatch: 'unit 2 (art-1): sha256 differs',
  key_unusable: 'the backup key has expired',
  not_configured: 'BACKUP_PROOF=restore needs a login that may create a scratch database',
  unhandled_error: 'RangeError in grant_probe',
} as const satisfies Partial<Record<StopCode, string>>;

interface Circumstances {
  readonly github?: number;
  readonly database?: number;
  readonly text?: string | null;
  readonly signed?: string;
  /** The units of the document, as the database has them. */
  readonly units?: readonly ExistingUnit[];
  /** What the database answers to anything else. */
  readonly rows?: readonly object[];
}

const seconds = (n: number): Date => new Date(START.getTime() + n * 1000);

/** As much of a context as these phases ask for; whatever else they asked for would fail the page. */
function context(options: Circumstances): PhaseContext {
  const { github = 0, database = 0, text = CHARTER, signed: digest = sha256(CHARTER) } = options;
  const { units = [], rows = [] } = options;
  const file: SourceFile | null =
    text === null
      ? null
      : {
          path: 'documents/charter.md',
          commit: 'a'.repeat(40),
          blob: 'b'.repeat(40),
          bytes: Buffer.from(text),
        };
  const stranded = { stranded: false };
  const reader = {
    query: async (sql: string) =>
      sql.includes('AS stranded') ? units.map((unit) => ({ ...stranded, ...unit })) : rows,
  } as unknown as Reader;
  const governed = {
    now: async () => seconds(database),
    read: async (_role: string, work: (reader: Reader) => Promise<unknown>) => work(reader),
  } as unknown as GovernedDatabase;
  return {
    run: {
      ...{ runId: RUN_ID, documentId: 'charter', sourcePath: 'documents/charter.md' },
      ...{ sourceCommit: 'a'.repeat(40), sourceSha256: digest, profile: 'en', granularity: 'article' },
      acceptsSha256: null,
      ...{ revertPlanSha256: sha256('revert'), approvals: [] },
    },
    source: { now: async () => seconds(github), read: async () => file },
    governed,
    now: () => START,
    backup: async () => ({ ...(OUTPUTS.pre_write_backup as object), bytes: 0 }),
    finished: () => OUTPUTS.cutplan,
    kept: async () => JSON.stringify(REVERT_PLAN),
    keep: async () => {},
  } as unknown as PhaseContext;
}

/** As db init leaves them, but for one that is missing and one that nobody should have. */
const PRIVILEGES = [
  ...EXPECTED.slice(1),
  { role: 'cutter_exec', object: 'table public.unit_version', privilege: 'DELETE' },
].map((one) => ({ ...one, database: 'governed' }));

const PLAN: RevertPlanObject = {
  ...{
    format: 'countersign/revert-plan/1',
    moves: [],
    run_id: RUN_ID,
    document_id: 'charter',
    change_set_id: '1',
    mode: 'soft',
  },
  ...{ units: [], versions: [], log_rows: 0 },
  ...{ before: { draft: 0, enacted: 0, retired: 0 }, after: { draft: 0, enacted: 0, retired: 0 } },
};

const REVERT_PLAN = { verdict: 'planned', plan: PLAN, sha256: revertPlanSha256(PLAN) };

async function signed(of: PhaseContext): Promise<unknown> {
  return of.governed.read('cutter_exec', (reader) => signedPlan(of, reader));
}
