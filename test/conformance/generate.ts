// Makes the corpus anew: `node test/conformance/generate.ts`, or with the names of some of its parts. Signed files get fresh
// keys, so that nothing of the secrets is kept.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleGenuine, bundleTampered, V1 } from './bundles.ts';
import { plans, proofs, receipts } from './parts.ts';
import { Clone, TAMPERINGS } from './tamperings.ts';
import { genuineWorld } from './world.ts';

const PARTS: Readonly<Record<string, () => Promise<void> | void>> = { plans, proofs, receipts, clones };

/** What the index of a part holds, one case a line of the list. */
function write(name: string, cases: object): void {
  writeFileSync(join(V1, name), `${JSON.stringify(cases, null, 2)}\n`);
}

async function clones(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-corpus-'));
  const world = await genuineWorld(directory);
  try {
    rmSync(join(V1, 'clones'), { recursive: true, force: true });
    bundleGenuine(world.gitDirectory);
    writeFileSync(join(V1, 'clones', 'sovereign.asc'), world.publicKey);
    const cases = TAMPERINGS.map((tampering, index) => {
      const folder = join(directory, `tampered-${index}`);
      execFileSync('git', ['clone', '--quiet', world.gitDirectory, folder]);
      const clone = new Clone(folder);
      const genuine = clone.git('rev-parse', 'HEAD');
      tampering.change(clone);
      clone.commit();
      const bundle = `${String(index + 1).padStart(2, '0')}-${tampering.name.replace(/[^a-z]+/gi, '-')}.bundle`;
      bundleTampered(folder, { name: bundle, genuine });
      return { name: tampering.name, bundle, expected: { verdict: 'findings', code: tampering.code } };
    });
    const signers = [world.fingerprint];
    const genuine = { name: 'genuine', bundle: 'genuine.bundle', expected: { verdict: 'clean' } };
    write('clones/cases.json', { keys: 'sovereign.asc', signers, cases: [genuine, ...cases] });
  } finally {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const asked = process.argv.slice(2);
for (const [name, make] of Object.entries(PARTS))
  if (asked.length === 0 || asked.includes(name)) {
    await make();
    process.stdout.write(`${name}\n`);
  }
process.exit(0);
