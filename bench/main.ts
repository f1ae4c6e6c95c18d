// `npm run bench [-- road calls run approval audit guard document plan governed growth crowd backup scale]`: every figure is a ratio against a baseline measured in
// the same run, or says plainly that it is a wall time. Each bench has a process of its own, so that peaks are its own.
import { spawnSync } from 'node:child_process';
import { benchApproval } from './approval.ts';
import { benchAudit } from './audit.ts';
import { benchBackup } from './backup.ts';
import { benchCalls } from './calls.ts';
import { benchCrowd } from './crowd.ts';
import { benchDocument } from './document.ts';
import { benchGoverned } from './governed.ts';
import { benchGrowth } from './growth.ts';
import { benchGuard } from './guard.ts';
import { benchPlan } from './plan.ts';
import { benchRoad } from './road.ts';
import { benchRun } from './run.ts';
import { benchScale } from './scale.ts';

const BENCHES = {
  road: benchRoad,
  calls: benchCalls,
  run: benchRun,
  approval: benchApproval,
  audit: benchAudit,
  guard: benchGuard,
  document: benchDocument,
  plan: benchPlan,
  governed: benchGoverned,
  growth: benchGrowth,
  crowd: benchCrowd,
  backup: benchBackup,
  scale: benchScale,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(
    `no bench named ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(2);
}
const [only, ...more] = asked;
if (only !== undefined && more.length === 0) {
  await BENCHES[only as keyof typeof BENCHES]();
} else {
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
    process.stdout.write(`\n== ${name}\n`);
    const { status } = spawnSync(process.execPath, [process.argv[1] ?? '', name], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
