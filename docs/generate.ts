// `npm run docs`: writes the pages that are rendered from tables. A test holds them equal.
import { writeFileSync } from 'node:fs';
import { reasonsPage } from '../src/approval/reasons.ts';
import { findingsPage } from '../src/audit/findings-page.ts';
import { stopsPage } from '../src/stop/stop.ts';

for (const [page, text] of [
  ['reasons.md', reasonsPage()],
  ['stops.md', stopsPage()],
  ['audit-findings.md', findingsPage()],
] as const)
  writeFileSync(new URL(page, import.meta.url), text);
