// From a vector's files and facts to what admission is asked.
import { readFileSync } from 'node:fs';
import { type AdmissionRequest, EMPTY_LEDGER } from '../../src/approval/admission.ts';
import { readKeys } from '../../src/approval/key-ring.ts';
import { FOLDER, signaturePaths, type Vector } from '../conformance/approvals/vector.ts';

export async function requestOf(vector: Vector): Promise<AdmissionRequest> {
  const { path, now, change, expect, ledger, thresholds } = vector;
  const at = new Date(now);
  const keyFiles = vector.keys.map((name) => ({ name, bytes: readFileSync(`${FOLDER}keys/${name}`) }));
  const bytesOf = (name: string) => readFileSync(`${FOLDER}files/${name}`);
  const paths = signaturePaths(path, vector.signatures.length);
  return {
    approval: { path, bytes: bytesOf(vector.document) },
    signatures: vector.signatures.map((name, index) => ({ path: paths[index] ?? '', bytes: bytesOf(name) })),
    change,
    expect: expect as AdmissionRequest['expect'],
    ledger: { ...EMPTY_LEDGER, documents: new Set(ledger.documents) },
    keys: await readKeys(keyFiles, { pinned: vector.pinned, now: at }),
    policy: { thresholds },
    now: at,
  };
}
