// `npm run bench [-- road approval document governed backup]`: every figure is a ratio against a baseline measured in
// the same run, or says plainly that it is a wall time.
import { benchApproval } from './approval.ts';
import { benchBackup } from './backup.ts';
import { benchDocument } from './document.ts';
import { benchGoverned } from './governed.ts';
import { benchRoad } from './road.ts';

const BENCHES = {
  road: benchRoad,
  approval: benchApproval,
  document: benchDocument,
  governed: benchGoverned,
  backup: benchBackup,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(
    `no bench named ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(2);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`\n== ${name}\n`);
  await bench();
}
