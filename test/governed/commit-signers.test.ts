// A key that is revoked while a write is under way: the check at COMMIT asks once more who signed the enable, and who signed
// for the gate. Each of the two questions is taken out as well, to see that it is the one that refuses.
import { describe, expect, test } from 'vitest';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { writeLegB } from '../../src/governed/leg-b.ts';
import { schemaFiles } from '../../src/governed/schema.ts';
import { foundDeployment, makeSigner, openRun, signGate } from '../support/signing.ts';
import {
  CHARTER,
  databasesOf,
  documentOf,
  enabled,
  planFor,
  realBackend,
  sovereign,
  type TestDatabase,
} from './fixture.ts';

const AT_COMMIT = schemaFiles().find(({ name }) => name === 'writers/045_check_at_commit.sql')?.text ?? '';

async function writeWhile(stage: TestDatabase, revoked: 'first' | 'second'): Promise<string> {
  const { db, root } = stage;
  const signers = { first: await sovereign(), second: await makeSigner('Second Signer') };
  const { first, second } = signers;
  await foundDeployment(root, { signers: [first, second] });
  const { sha256: sourceSha256 } = documentOf(CHARTER);
  const { runId } = await openRun(db, { documentId: 'charter', sourceSha256, by: [first] });
  const change = await planFor(db, { documentId: 'charter', markdown: CHARTER });
  const digest = change.cutplan_sha256;
  await signGate(db, { gate: 'SG_1_cut_authz', runId, digest, by: [second] });
  const run = { runId, documentId: 'charter', sourceSha256, change };
  const written = db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
    await writeLegA(writer, run);
    await writeLegB(writer, { ...run, manifest: { source: 'charter.md' } });
    await root.admin((admin) =>
      admin.write(
        'UPDATE cutter_governance.signer_key SET revoked_at = now() WHERE primary_fingerprint = $1',
        [signers[revoked].key.fingerprint],
      ),
    );
  });
  return written.then(
    () => 'done',
    (error: unknown) => String(error),
  );
}

describe('a key that is revoked while its write is under way', () => {
  const open = databasesOf(realBackend);

  test.each([
    ['the enable', 'first', 'PERFORM cutter_guard.assert_signers(v.enable);'],
    ['the approval of the gate', 'second', 'PERFORM cutter_guard.assert_signers(v.approval);'],
  ] as const)('stops the COMMIT when it signed %s', async (_, revoked, question) => {
    expect(await writeWhile(await open(), revoked)).toContain('key_revoked');
    const weakened = await open();
    expect(AT_COMMIT.split(question)).toHaveLength(2);
    await weakened.root.admin((writer) =>
      writer.script(`SET LOCAL ROLE workflow_admin; ${AT_COMMIT.replace(question, '')}`),
    );
    expect(await writeWhile(weakened, revoked)).toBe('done');
  });
});
