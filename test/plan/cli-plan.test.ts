import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test, vi } from 'vitest';
import { CliFault } from '../../src/cli/fault.ts';
import { planCommand } from '../../src/cli/plan.ts';
import { sha256 } from '../../src/digest/digest.ts';

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
  const printed = await plan(write('charter.md', CHARTER), '--profile', 'en');
  expect(printed).toContain('article     art-1   Article 1. Name');
  expect(printed).toContain(`document sha256  ${sha256(CHARTER)}`);
  expect(printed).toMatch(/cutplan sha256 {3}[0-9a-f]{64}\n$/);
});

test('prints the whole plan as JSON, cut as deep as it is asked to', async () => {
  const path = write('charter.md', CHARTER);
  const json = JSON.parse(await plan(path, '--profile', 'en', '--granularity', 'clause', '--json'));
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
