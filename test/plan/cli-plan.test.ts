import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test, vi } from 'vitest';
import { CliFault } from '../../src/cli/messages.ts';
import { planCommand } from '../../src/cli/plan.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { treeHead } from '../../src/plan/tree-head.ts';

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
  expect(Object.keys(json)).toEqual(['document', 'profile', 'granularity', 'cutplan_sha256', 'rows']);
  expect(Object.keys(json.rows[0])).toEqual(
    'ordinal key parent unit_kind section_type title byte_start byte_end sha256 body'.split(' '),
  );
  expect(json.document).toEqual({ bytes: CHARTER.length, sha256: sha256(CHARTER) });
  expect(json.rows.map((row: { key: string }) => row.key)).toEqual(['document', 'art-1', 'art-1/cl-1']);
  expect(json.rows.map((row: { body: string }) => row.body).join('')).toBe(CHARTER);
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
