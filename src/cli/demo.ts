// `countersign demo`: the main job, start to finish, on this machine, in well under a minute.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { deployedRelease, ROOT } from '../deployment/release.ts';
import { type Demo, readDocument, startDemo, WAIVED } from '../local/demo.ts';
import { claimDemoFolder } from '../local/demo-folder.ts';
import { type Screen, screen } from '../local/demo-screen.ts';
import { type UnsignedApproval, unsignedFromComment } from '../local/sovereign.ts';
import { deployedFiles, makeManifest } from '../readiness/manifest.ts';
import type { Release } from '../readiness/probes.ts';
import { plainTable, type VerificationRow } from '../report/verification.ts';
import { EXIT } from './exit-codes.ts';
import { runProgram } from './process.ts';

interface Options {
  document?: string;
  data?: string;
  serve?: boolean;
  sg1Only?: boolean;
}

/** Named where the software lies in no clone. */
const NO_COMMIT = '0'.repeat(40);
const SAMPLE = join(ROOT, 'sample', 'charter.md');

export function demoCommand(): Command {
  return new Command('demo')
    .description('play the whole story on this machine: sign, merge, plan, back up, cut, verify, enact')
    .option('--document <path>', 'the Markdown document to cut (default: the sample charter)')
    .option('--data <directory>', 'where the demo keeps its files (default: data/demo)')
    .option('--serve', 'keep the pages and the bot running afterwards')
    .option('--sg1-only', 'end after the cut: the units stay drafts')
    .action(async (options: Options) => {
      const holds = await demo(options);
      process.exitCode = holds ? EXIT.done : EXIT.no;
    });
}

async function demo(options: Options): Promise<boolean> {
  const directory = resolve(options.data ?? join('data', 'demo'));
  // Before anything else: a name that was mistyped must not cost the folder of the last demo.
  const document = await readDocument(resolve(options.document ?? SAMPLE));
  const folder = await claimDemoFolder(directory);
  try {
    return await playIn(directory, { document, options });
  } finally {
    await folder.release();
  }
}

async function playIn(
  directory: string,
  { document, options }: { document: Awaited<ReturnType<typeof readDocument>>; options: Options },
): Promise<boolean> {
  const show = screen(process.stdout);
  show.heading(
    `Countersign: ${relative('.', document.path) || document.path}, ${document.bytes.length.toLocaleString('en-US')} bytes`,
  );
  show.note('starting a stand-in for GitHub, two embedded databases and the bot; making throw-away keys');
  show.note(
    `waived here, never in production: ${[...WAIVED].join(', ')} (the suite need not have run on this clone)`,
  );
  const running = await startDemo({
    directory,
    document,
    sg1Only: options.sg1Only === true,
    logLevel: 'info',
    release: await demoRelease(),
    now: () => new Date(),
    onEvent: (event) => {
      if (event.type === 'phase_started') show.begin(event.phase);
      if (event.type === 'phase_finished') show.end(event.phase, { durationMs: event.duration_ms, ok: true });
      if (event.type === 'stopped') show.end(event.phase, { durationMs: 0, ok: false });
    },
  });
  try {
    const holds = await play(running, { show, directory, sg1Only: options.sg1Only === true });
    if (options.serve) await serve(running, show);
    return holds;
  } finally {
    await running.close();
  }
}

async function play(
  demo: Demo,
  { show, directory, sg1Only }: { show: Screen; directory: string; sg1Only: boolean },
): Promise<boolean> {
  const { sovereign } = demo;
  const sign = async (gate: string, draft: UnsignedApproval): Promise<number> => {
    const pull = await sovereign.approve(draft);
    show.heading(`The sovereign signs ${gate} and merges pull request #${pull}`);
    return pull;
  };

  const opened = await sign('GAP7_execution_enable', demo.openingDraft());
  const forCut = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, 120_000);
  show.note(`⏸ AWAITING_CUT_AUTHORIZATION: ${demo.standIn.url}/demo/governance/pull/${opened}`);

  let last = await sign('SG_1_cut_authz', unsignedFromComment(forCut, new Date()));
  if (sg1Only) {
    await sovereign.waitFor(last, /^### ✅/m, 120_000);
  } else {
    const forLifecycle = await sovereign.waitFor(
      last,
      /Waiting for your signature: `SG_2_lifecycle_authz`/,
      120_000,
    );
    show.note(`⏸ AWAITING_LIFECYCLE_AUTHORIZATION: ${demo.standIn.url}/demo/governance/pull/${last}`);
    last = await sign('SG_2_lifecycle_authz', unsignedFromComment(forLifecycle, new Date()));
    await sovereign.waitFor(last, /^### ✅/m, 120_000);
  }
  show.note('✔ COMPLETED');

  const clone = join(directory, 'clone');
  const record = await recordFrom(clone, demo.gitDirectory);
  show.heading('Verification, read from the run record in a fresh clone');
  show.print(plainTable(record.table));
  const holds =
    record.status === 'COMPLETED' && record.table.length > 0 && record.table.every(({ ok }) => ok);
  show.print(holds ? '\nThe table holds.' : '\nThe table does NOT hold.');
  show.heading('Look for yourself');
  show.print(await lookAround(demo, { directory, clone, runId: record.runId, approval: record.approval }));
  return holds;
}

interface RecordInClone {
  readonly runId: string;
  readonly status: string;
  readonly approval: string;
  readonly table: readonly VerificationRow[];
}

/** Clones the repository and reads the record there, as an auditor would. Waits until the bot has committed the end. */
async function recordFrom(clone: string, gitDirectory: string): Promise<RecordInClone> {
  await runProgram('git', ['clone', '--quiet', gitDirectory, clone]);
  for (let tries = 0; tries < 100; tries += 1) {
    await runProgram('git', ['-C', clone, 'pull', '--quiet', '--ff-only']);
    const runs = join(clone, 'runs');
    const runId = (await readdir(runs)).find((name) => name.startsWith('run-'));
    const record = runId ? await readRecord(join(runs, runId), runId) : undefined;
    if (record?.status === 'COMPLETED') return record;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the run record was not committed within 10 s');
}

const recordedTable = z.object({
  type: z.literal('phase_finished'),
  output: z.object({
    table: z.array(
      z.object({
        name: z.string(),
        before: z.union([z.string(), z.number()]),
        expected: z.union([z.string(), z.number()]),
        after: z.union([z.string(), z.number()]),
        ok: z.boolean(),
      }),
    ),
  }),
});

const recordedState = z.object({
  status: z.string(),
  approvals: z.array(z.object({ path: z.string() })).min(1),
});

async function readRecord(folder: string, runId: string): Promise<RecordInClone> {
  const { status, approvals } = recordedState.parse(
    JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')),
  );
  const entries = (await readFile(join(folder, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  const tables = entries
    .map((line) => recordedTable.safeParse(JSON.parse(line)))
    .filter(({ success }) => success);
  return {
    runId,
    status,
    approval: approvals[0]?.path ?? '',
    table: tables.at(-1)?.data?.output.table ?? [],
  };
}

async function lookAround(
  demo: Demo,
  {
    directory,
    clone,
    runId,
    approval,
  }: { directory: string; clone: string; runId: string; approval: string },
): Promise<string> {
  const at = (path: string): string => relative('.', join(directory, path)) || '.';
  const home = at('gnupg');
  const asc = join(clone, approval);
  const [backup = ''] = (await readdir(demo.backupDirectory)).filter((name) => name.endsWith('.gpg'));
  const sql = 'select key, unit_kind, status, title from information_unit order by ordinal limit 10';
  return [
    '  # the history that an auditor reads',
    `  git -C ${at('clone')} log --oneline --stat`,
    '  # the approval that opened the run, and the backup taken before it wrote',
    `  mkdir -m 700 -p ${home} && gpg --homedir ${home} --quiet --import ${at('keys/sovereign')}/*.asc ${at('keys/backup-private.asc')}`,
    `  gpg --homedir ${home} --verify ${relative('.', asc)}.asc ${relative('.', asc)}`,
    `  gpg --homedir ${home} --quiet --decrypt ${at(`backups/${backup}`)} | head -40`,
    '  # the units in the governed database, and the run record',
    `  npm run -s countersign -- query --data ${at('governed')} "${sql}"`,
    `  cat ${relative('.', join(clone, 'runs', runId))}/kb/*.md | less`,
  ].join('\n');
}

// A clone carries no manifest: the demo makes one of the tree as it lies here, so that PRE-6 is really compared.
async function demoRelease(): Promise<Release> {
  const head = await runProgram('git', ['-C', ROOT, 'rev-parse', '--verify', 'HEAD']).catch(() => NO_COMMIT);
  const sourceCommit = head.trim();
  const manifest = await makeManifest(ROOT, { paths: await deployedFiles(ROOT), sourceCommit });
  return { ...deployedRelease(sourceCommit), manifest: async () => manifest };
}

async function serve(demo: Demo, show: Screen): Promise<void> {
  show.heading(`Serving ${demo.standIn.url}/demo/governance/pulls until you press Ctrl-C`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
