import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKeys } from '../../src/approval/key-ring.ts';
import { auditClone } from '../../src/audit/audit.ts';
import { openEvidence } from '../../src/audit/evidence.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { acceptsDigest } from '../../src/document/diagnostic.ts';
import { planDocument } from '../../src/document/plan.ts';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { command } from '../support/command.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;

const FIRST = `# The Town Charter

## Article 1. Quiet

The town is quiet after ten.

## Article 2. Bread

The baker and the miller agree on the price.

## Article 3. Dogs

Dogs are welcome in the market.
`;

// Article 2 says something else, Article 3 is gone, Article 4 is new.
const SECOND = `# The Town Charter

## Article 1. Quiet

The town is quiet after ten.

## Article 2. Bread

The baker alone sets the price.

## Article 4. Cats

Cats are welcome in the market and on the roofs.
`;

let town: Town;
let request: string;
const pulls = { opened: 0, cut: 0 };
const runs = { first: '', second: '' };
const runIn = (text: string) => /run_id: (run-[0-9a-z-]+)/.exec(text)?.[1] ?? 'no run';

let cloned = '';
/** The repository as anybody may have it. */
function clone(): string {
  if (cloned === '') {
    cloned = join(town.directory, 'clone');
    execFileSync('git', ['clone', '--quiet', town.gitDirectory, cloned]);
  }
  return cloned;
}

async function enact(opened: number): Promise<number> {
  const { sovereign } = town;
  const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
  request = asked;
  const cut = await sovereign.approve(unsignedFromComment(asked, town.now()));
  const last = await sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
  pulls.cut = cut;
  const enacted = await sovereign.approve(unsignedFromComment(last, town.now()));
  await sovereign.waitFor(enacted, /^### ✅/m, WAIT_MS);
  return enacted;
}

async function replaceDocument(text: string): Promise<void> {
  const pull = await town.sovereign.propose('Amend the charter', new Map([['documents/charter.md', text]]));
  await town.sovereign.merge(pull);
}

const served = async () => {
  const { rows } = await town.governed.query<{ key: string; status: string; body: string | null }>(
    `SELECT unit.key, unit.lifecycle_status AS status, held.body FROM public.information_unit AS unit
       LEFT JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.status = 'enacted'
      ORDER BY unit.ordinal, unit.id`,
  );
  return rows;
};

beforeAll(async () => {
  town = await openTown({ text: FIRST });
  await enact(await town.sovereign.approve(town.openingDraft()));
  runs.first = runIn(request);
  await replaceDocument(SECOND);
  pulls.opened = await town.sovereign.approve(town.openingDraft(SECOND));
  await enact(pulls.opened);
  runs.second = runIn(request);
});
afterAll(async () => {
  await town.close();
});

describe('a document that changed', () => {
  it('is asked for with what changes, unit by unit, before anybody signs', () => {
    expect(request).toContain(
      '1 unit to create, 1 unit to revise, 2 units to keep unchanged, 1 unit to retire',
    );
    for (const [section, head, line] of [
      ['Words that change', 'art-2 · Article 2. Bread', '- and the miller agree on'],
      ['Words that change', 'art-2 · Article 2. Bread', '+ alone sets'],
      ['Text that goes', 'art-3 · Article 3. Dogs', '- Dogs are welcome in the market.'],
      ['Text that is new', 'art-4 · Article 4. Cats', '+ Cats are welcome in the market and on the roofs.'],
    ] as const) {
      const at = request.indexOf(`<summary>${section}: 1 unit</summary>`);
      const told = request.slice(at, request.indexOf('</details>', at)).split('\n');
      expect(told).toContain(`@@ ${head} · article @@`);
      expect(told).toContain(line);
    }
    expect(request.indexOf('Words that change')).toBeLessThan(request.indexOf('save this as'));
  });

  it('has the whole of what changes in its record', async () => {
    const changes = await readFile(join(clone(), 'runs', runs.second, 'changes.md'), 'utf8');
    expect(changes).toContain('- and the miller agree on');
    expect(changes).toContain('+ Cats are welcome in the market and on the roofs.');
    const files = execFileSync('git', ['-C', clone(), 'ls-files', 'runs'], { encoding: 'utf8' });
    expect(files).not.toContain('changes.json');
    expect(files).not.toContain(`${runs.first}/changes.md`);
  });

  it('leaves a clone of which the audit finds nothing', async () => {
    const { fingerprint, publicArmored } = town.keys.sovereign;
    const file = { name: 'sovereign.asc', bytes: Buffer.from(publicArmored) };
    const keys = await readKeys([file], { pinned: [fingerprint], now: town.now() });
    const evidence = await openEvidence(clone());
    const { findings, runs, approvals } = await auditClone(evidence, {
      trust: { keys, policy: { thresholds: {} } },
    });
    await evidence.close();
    expect(findings).toEqual([]);
    expect(runs.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    expect(approvals.map(({ fate }) => fate)).toEqual(new Array(6).fill('used'));
  });

  it('is planned offline to the digest that the bot prints, against the earlier text and against its record', async () => {
    const digest = /cutplan_sha256: ([0-9a-f]{64})/.exec(request)?.[1] ?? 'no digest';
    const [old, changed] = [join(town.directory, 'old.md'), join(town.directory, 'new.md')];
    await writeFile(old, FIRST);
    await writeFile(changed, SECOND);
    const record = join(clone(), 'runs', runs.first);
    for (const against of [[old], [record], [record, '--old', old]]) {
      const asked = ['plan', changed, '--document', 'charter', '--against', ...against];
      const { output, errors, code } = await command(asked);
      expect(errors).toBe('');
      expect(code).toBe(0);
      expect(output).toContain(`cutplan sha256   ${digest}\n`);
      expect(output).toContain('- and the miller agree on\n+ alone sets\n');
    }
    const other = await command([
      'plan',
      changed,
      '--document',
      'charter',
      '--against',
      record,
      '--old',
      changed,
    ]);
    expect(other.code).toBe(2);
    expect(other.errors).toContain('it is not the text that was cut');
  });

  it('is in force afterwards, with the unit that it no longer has retired', async () => {
    const rows = await served();
    const inForce = rows.filter(({ status }) => status === 'enacted');
    expect(inForce.map(({ body }) => body).join('')).toBe(SECOND);
    expect(rows.filter(({ status }) => status === 'retired').map(({ key }) => key)).toEqual(['art-3']);
  });

  it('is not opened again unchanged: its dry run would stop with nothing_to_cut', async () => {
    const pull = await town.sovereign.approve(town.openingDraft(SECOND));
    const refusal = await town.sovereign.waitFor(pull, /Not admitted: `not_ready`/, WAIT_MS);
    expect(refusal.replaceAll('\\', '')).toContain(
      'cutplan: nothing_to_cut, charter has all 4 units already',
    );
  });

  it('is not opened while its cut is unsure of something, unless the sovereign accepts exactly that', async () => {
    // A fence that is never closed takes in every article behind it.
    const unsure = SECOND.replace('The town is quiet after ten.', '```\nThe town is quiet after ten.');
    const diagnostics = planDocument(Buffer.from(unsure), { profile: 'en' }).diagnostics;
    const digest = acceptsDigest(diagnostics);
    if (digest === null) throw new Error('nothing blocks');
    await replaceDocument(unsure);
    const pull = await town.sovereign.approve({
      ...town.openingDraft(unsure),
      file: 'approvals/accepts-nothing.md',
    });
    const refusal = await town.sovereign.waitFor(pull, /Not admitted: `not_ready`/, WAIT_MS);
    expect(refusal.replaceAll('\\', '')).toContain(`cutplan: not_accepted, line 5: `);
    expect(refusal).toContain(digest);

    // Names of their own: two that are drafted within one second have the same.
    const other = await town.sovereign.approve({
      ...town.openingDraft(unsure, { acceptsSha256: sha256('another') }),
      file: 'approvals/accepts-another.md',
    });
    await town.sovereign.waitFor(other, /Not admitted: `not_ready`/, WAIT_MS);

    const opened = await town.sovereign.approve({
      ...town.openingDraft(unsure, { acceptsSha256: digest }),
      file: 'approvals/accepts-exactly.md',
    });
    await enact(opened);
    const { rows } = await town.governed.query<{ accepts_sha256: string }>(
      'SELECT accepts_sha256 FROM cutter_governance.cut_change_set ORDER BY id DESC LIMIT 1',
    );
    expect(rows[0]?.accepts_sha256).toBe(digest);
  });
});
