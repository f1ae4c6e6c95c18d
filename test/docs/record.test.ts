// docs/record.md states formats; whatever it shows of them is computed again here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEAVES_PER_FILE } from '../../src/record/log-leaf.ts';
import { recordExamples } from './record-examples.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/record.md'), 'utf8');
const examples = await recordExamples();

describe('the page of the record', () => {
  it.each(Object.entries(examples))('shows the %s as it is', (_, text) => {
    expect(text).not.toBe('');
    expect(page).toContain(text);
  });

  it('shows no other digest, key or signature', () => {
    const told = Object.values(examples).join('\n');
    const long = page.match(/[A-Za-z0-9+/=]{40,}/g) ?? [];
    expect(long.length).toBeGreaterThan(10);
    expect(long.filter((text) => !told.includes(text))).toEqual([]);
  });

  it('says how many leaves a file holds', () => {
    expect(page).toContain(`${LEAVES_PER_FILE} leaves`);
  });
});
