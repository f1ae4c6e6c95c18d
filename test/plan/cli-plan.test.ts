import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test, vi } from 'vitest';
import { CliFault } from '../../src/cli/messages.ts';
import { planCommand } from '../../src/cli/plan.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { treeHead } from '../../src/merkle/tree-head.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CHARTER = '# Charter\n\n## Article 1. Name\n\n1. The library of the street.\n';

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What the command prints, as when it is piped. */
async function plan(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const write = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    await new Command().addCommand(planCommand()).parseAsync(['plan', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed.join('');
}

test('prints the outline and the digests that an approval needs', async () => {
  const path = write('charter.md', CHARTER);
  const printed = await plan(path, '--profile', 'en', '--document', 'charter');
  expect(printed).toContain('article     art-1   Article 1. Name');
  expect(printed).toContain(`document sha256  ${sha256(CHARTER)}`);
  expect(printed).toMatch(/cutplan sha256 {3}[0-9a-f]{64}\n$/);
});

test('prints no digest to sign while the document has no name, for the name is signed too', async () => {
  const path = write('charter.md', CHARTER);
  expect(await plan(path)).toContain('cutplan sha256   name the document with --document');
  expect(JSON.parse(await plan(path, '--json')).cutplan_sha256).toBeNull();
  await expect(plan(path, '--lines')).rejects.toThrow(/--lines needs --document/);
  await expect(plan(path, '--document', '../charter')).rejects.toThrow(/is no document_id/);
});

test('prints the lines that are signed, and their tree head is the digest', async () => {
  const path = write('charter.md', CHARTER);
  const lines = (await plan(path, '--document', 'ICX-CONST', '--lines')).split('\n');
  expect(lines.pop()).toBe('');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    document_id: 'ICX-CONST',
    source_sha256: sha256(CHARTER),
  });
  const json = JSON.parse(await plan(path, '--document', 'ICX-CONST', '--json'));
  expect(json.cutplan_sha256).toBe(treeHead(lines));
});

test('prints the whole plan as JSON, cut as deep as it is asked to', async () => {
  const path = write('charter.md', CHARTER);
  const json = JSON.parse(await plan(path, '--profile', 'en', '--granularity', 'clause', '--json'));
  expect(Object.keys(json)).toEqual(
    'document profile granularity diagnostics accepts_sha256 cutplan_sha256 rows'.split(' '),
  );
  expect(Object.keys(json.rows[0])).toEqual(
    'ordinal key parent unit_kind section_type title num heading byte_start byte_end sha256 body'.split(' '),
  );
  expect(json.document).toEqual({ bytes: CHARTER.length, sha256: sha256(CHARTER) });
  expect(json.rows.map((row: { key: string }) => row.key)).toEqual(['document', 'art-1', 'art-1/cl-1']);
  expect(json.rows.map((row: { body: string }) => row.body).join('')).toBe(CHARTER);
});

const REVISED = '# Charter\n\n## Article 1. Name\n\n1. The library of the town.\n';

test('prints what a changed document changes, and the digest of that change', async () => {
  const [old, changed] = [write('old.md', CHARTER), write('new.md', REVISED)];
  const against = ['--against', old, '--document', 'charter', '--profile', 'en'];
  const printed = await plan(changed, ...against);
  expect(printed).toMatch(/^Words that change {2}1 unit$/m);
  expect(printed).toContain('\n- street\n+ town\n');
  const lines = (await plan(changed, ...against, '--lines')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).action)).toEqual([undefined, 'keep', 'revise']);
  expect(printed).toContain(`cutplan sha256   ${treeHead(lines)}\n`);
  expect(await plan(old, ...against)).toMatch(/^Nothing changes: there is nothing to cut\.\n/);
  // Cut as deep as it is asked to, on both sides.
  const deep = await plan(changed, ...against, '--granularity', 'clause');
  expect(deep).toContain('@@ art-1/cl-1 · ');
});

test('cuts a changed document as its record says that it was cut', async () => {
  const record = join(folder, 'record');
  mkdirSync(record, { recursive: true });
  const first = write('first.md', CHARTER);
  const cut = ['--document', 'charter', '--profile', 'generic', '--granularity', 'point'];
  write('record/plan.jsonl', await plan(first, ...cut, '--lines'));
  const state = (status: string) =>
    JSON.stringify({
      status,
      source: { path: 'documents/charter.md', sha256: sha256(CHARTER) },
      approvals: [{ commit: 'a'.repeat(40) }],
    });
  write('record/state.json', state('COMPLETED'));
  const asked = [write('second.md', REVISED), '--document', 'charter', '--against', record];
  const lines = (await plan(...asked, '--old', first, '--lines')).split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ profile: 'generic', granularity: 'point' });
  await expect(plan(...asked)).rejects.toThrow(
    /cannot be read from the git repository.*name a file with --old/,
  );
  await expect(plan(...asked, '--old', asked[0] ?? '')).rejects.toThrow(/it is not the text that was cut/);
  await expect(plan(...asked.with(2, 'bylaws'), '--old', first)).rejects.toThrow(/is the record of charter/);
  write('record/state.json', state('HELD'));
  await expect(plan(...asked, '--old', first)).rejects.toThrow(/a run that is HELD/);
  write('record/state.json', '{}');
  await expect(plan(...asked, '--old', first)).rejects.toThrow(/is not the state of a run/);
});

test('prints no digest of a change without the name of the document, and takes --old with a record alone', async () => {
  const [old, changed] = [write('old.md', CHARTER), write('new.md', REVISED)];
  await expect(plan(changed, '--against', old)).rejects.toThrow(/--against needs --document/);
  await expect(plan(changed, '--against', old, '--document', 'charter', '--old', old)).rejects.toThrow(
    /--old goes with the folder of a run/,
  );
  await expect(plan(changed, '--against', join(folder, 'no'), '--document', 'charter')).rejects.toThrow(
    /no cannot be read/,
  );
});

test('says which file cannot be read', async () => {
  await expect(plan(join(folder, 'absent.md'))).rejects.toThrow(CliFault);
  await expect(plan(join(folder, 'absent.md'))).rejects.toThrow(/absent\.md cannot be read/);
});

test('says which byte of a file is not UTF-8', async () => {
  const path = write('latin1.md', Buffer.from('# Stra\xdfe', 'latin1'));
  await expect(plan(path)).rejects.toThrow(
    /latin1\.md cannot be cut: byte 6 starts no valid UTF-8 character/,
  );
});
