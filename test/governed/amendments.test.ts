// The amendments of test/plan/amendments, cut and enacted in a real database: every unit keeps the identity that its reader
// gives it, what is in force is the amended text, and each old address still leads to its unit.
import { expect, test } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import type { GovernedDatabase } from '../../src/governed/database.ts';
import { readUnits, readUnitsFor } from '../../src/governed/units.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import { type ChangePlan, isNothingToCut, planChange } from '../../src/plan/change.ts';
import type { Amendment } from '../plan/amendments/amendment.ts';
import { own } from '../plan/amendments/amendments.ts';
import { openRun, signGate } from '../support/signing.ts';
import { BACKENDS, databasesOf, enactAndVerify, sovereign, verifyOptions, write } from './fixture.ts';

const [, PostgreSQL] = BACKENDS;
const open = databasesOf(PostgreSQL?.[1] ?? (async () => null));

async function enactText(
  db: GovernedDatabase,
  {
    bytes,
    documentId,
    granularity,
  }: { bytes: Uint8Array; documentId: string } & Pick<Amendment, 'granularity'>,
): Promise<ChangePlan> {
  const by = [await sovereign()];
  const sourceSha256 = sha256(bytes);
  const { runId, opening } = await openRun(db, { documentId, sourceSha256, by });
  const plan = planDocument(bytes, { granularity });
  const change = await db.read('cutter_exec', async (reader) => {
    const { units, texts } = await readUnitsFor(reader, { documentId, rows: plan.rows });
    return planChange(plan, units, { documentId, texts });
  });
  const digest = change.cutplan_sha256;
  const sg1 = await signGate(db, { gate: 'SG_1_cut_authz', runId, digest, by });
  const ready = { runId, opening, sg1, documentId, sourceSha256, change };
  const done = { ...ready, outputs: await write(db, ready) };
  await verifyWrite(db, await verifyOptions(done));
  await enactAndVerify(db, done);
  return change;
}

interface InForce {
  readonly key: string;
  readonly unit_id: string;
  readonly body: string;
}

const inForce = (db: GovernedDatabase, documentId: string) =>
  db.read('cutter_verify', (reader) =>
    reader.query<InForce>(
      'SELECT key, unit_id::text, body FROM public.unit_in_force(clock_timestamp()) WHERE document_id = $1',
      [documentId],
    ),
  );

const addresses = (db: GovernedDatabase, documentId: string) =>
  db.read('cutter_verify', (reader) =>
    reader.query<{ key: string; unit_id: string }>(
      'SELECT key, unit_id::text FROM cutter_governance.unit_address WHERE document_id = $1',
      [documentId],
    ),
  );

test('amendments by the dozen leave every unit itself', async () => {
  const { db } = await open();
  let amended = 0;
  for (const [index, amendment] of own.entries()) {
    // Every second one: what the pure test holds of all need not be written twice over.
    if (index % 2 === 1) continue;
    const { name, before, after, granularity } = amendment;
    const documentId = `amended-${index}`;
    await enactText(db, { bytes: before, documentId, granularity });
    const old = await inForce(db, documentId);
    const unchanged = isNothingToCut(
      planChange(planDocument(after, { granularity }), await unitsOf(db, documentId), { documentId }),
    );
    if (unchanged) continue;
    const change = await enactText(db, { bytes: after, documentId, granularity });
    const now = await inForce(db, documentId);
    expect(Buffer.from(now.map(({ body }) => body).join('')), name).toEqual(Buffer.from(after));
    const idOf = new Map(old.map(({ key, unit_id }) => [key, unit_id]));
    const expected = change.rows.map(({ action, was, key }) =>
      action === 'create' ? 'new' : idOf.get(was ?? key),
    );
    const known = new Set(idOf.values());
    expect(
      now.map(({ unit_id }) => (known.has(unit_id) ? unit_id : 'new')),
      name,
    ).toEqual(expected);
    const found = await addresses(db, documentId);
    for (const { key, unit_id } of [...old, ...now])
      expect(found, `${name}: ${key}`).toContainEqual({ key, unit_id });
    amended += 1;
  }
  expect(amended).toBeGreaterThanOrEqual(30);
});

function unitsOf(db: GovernedDatabase, documentId: string) {
  return db.read('cutter_exec', (reader) => readUnits(reader, documentId));
}
