// SQL cannot import: what its check constraints say of a form is held here against the one place that defines it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEPLOYMENT_NAME_FORM } from '../../src/approval/deployment-name.ts';
import { DOCUMENT_ID_FORM } from '../../src/approval/document-id.ts';
import { APPROVAL_PATH_FORM } from '../../src/approval/file-name.ts';
import { FINGERPRINT_FORM } from '../../src/approval/fingerprint.ts';
import { GATES } from '../../src/approval/gates.ts';
import { RUN_ID_FORM } from '../../src/approval/run-id.ts';
import { COMMIT_ID_FORM } from '../../src/digest/commit-id.ts';
import { SHA256_FORM } from '../../src/digest/digest.ts';
import { schemaFiles } from '../../src/governed/schema.ts';
import { PROFILE_NAME_FORM } from '../../src/plan/read-plan.ts';

const FORMS: Readonly<Record<string, RegExp>> = {
  run_id: RUN_ID_FORM,
  document_id: DOCUMENT_ID_FORM,
  path: APPROVAL_PATH_FORM,
  commit: COMMIT_ID_FORM,
  signer: FINGERPRINT_FORM,
  key_fingerprint: FINGERPRINT_FORM,
  primary_fingerprint: FINGERPRINT_FORM,
  name: DEPLOYMENT_NAME_FORM,
  used_by: RUN_ID_FORM,
  withdrawn_by: SHA256_FORM,
  profile: PROFILE_NAME_FORM,
  hash: SHA256_FORM,
};
const MIGRATIONS = '../../src/store/migrations.ts';
const sources = [
  ...schemaFiles(),
  { name: 'migrations.ts', text: readFileSync(new URL(MIGRATIONS, import.meta.url), 'utf8') },
];
const all = sources.flatMap(({ name, text }) =>
  [...text.matchAll(/check \((\w+) ~ '([^']+)'\)/gi)].map(([, column = '', form = '']) => ({
    name,
    column,
    form,
  })),
);
const constraints = all.filter(({ column }) => column !== 'gate');

describe('the check constraints', () => {
  it('are found at all', () => {
    expect(constraints.length).toBeGreaterThan(12);
    expect(new Set(constraints.map(({ name }) => name)).size).toBe(10);
  });

  it.each(constraints)('on $column in $name have the form that the code has', ({ column, form }) => {
    const expected = FORMS[column.endsWith('sha256') ? 'hash' : column];
    expect(form).toBe(expected?.source.replaceAll('\\/', '/'));
  });

  it('on gates let every gate through and name none that there is not', () => {
    const forms = all.filter(({ column }) => column === 'gate');
    expect(forms.length).toBeGreaterThan(0);
    for (const { form } of forms) for (const gate of GATES) expect(gate).toMatch(new RegExp(form));
    const named = sources.flatMap(({ text }) =>
      [...text.matchAll(/gate = '(\w+)'/gi)].map(([, gate]) => gate),
    );
    expect(named.length).toBeGreaterThan(0);
    // A withdrawal opens nothing: it is no gate of a run.
    const gates = named.filter((gate) => gate !== 'SG_W_withdrawal');
    expect(GATES).toEqual(expect.arrayContaining(gates));
  });
});
