// The worked examples of docs/record.md, computed: the key of RFC 8032's first test signs a statement, a leaf, a
// checkpoint; that of its second one is a witness.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../src/approval/run-id.ts';
import { type Sha256, sha256 } from '../../src/digest/digest.ts';
import { hashLeaf, treeHead } from '../../src/merkle/tree-head.ts';
import { originOf, signCheckpoint, verifierKeyOf } from '../../src/record/checkpoint.ts';
import { COSIGNATURE_TYPE, cosign } from '../../src/record/cosignature.ts';
import { IN_TOTO, seal } from '../../src/record/dsse.ts';
import { logFiles, RECORDER_PATH } from '../../src/record/log-files.ts';
import { encodeLeaf } from '../../src/record/log-leaf.ts';
import { decodeNote, encodeNote, encodeVerifierKey } from '../../src/record/note.ts';
import { inGroups } from '../../src/record/recorder-key.ts';
import { encodeStatement } from '../../src/record/statement.ts';
import { decodeTimeStampFile, readTimeStamp, timeStampRequest } from '../../src/record/time-stamp.ts';
import { authorityIn } from '../../src/record/time-stamp-authority.ts';
import { verifyTimeStamp } from '../../src/record/time-stamp-verify.ts';
import { recorderFrom, testRecorder } from '../support/recorder.ts';

/** RFC 8032's second test. */
const WITNESS = recorderFrom('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const AT = '2026-05-21T11:02:03.500Z';
const RUN = 'run-20260521-096c76a950a4f408' as RunId;
const HEAD = '6cea0a63c44803525d9618bdb6ad01f21465721e416f5e09c36de146e7b07c75' as Sha256;
const APPROVAL = '096c76a950a4f408b746049f4bf2c3aea48b80528ab98ce17f1cda92df4ec08d' as Sha256;
const SOURCE = 'c2b6745924462cb7f93c588a826ac55f4c90ebb87b5a1808fac05bbd7ad30212' as Sha256;

/** By the name of each in the page. */
export async function recordExamples(): Promise<Readonly<Record<string, string>>> {
  const recorder = testRecorder();
  const payload = encodeStatement({
    predicate: {
      ...{
        at: AT,
        cutplan_sha256: null,
        deployment: 'library',
        document_id: 'charter',
        evidence_sha256: null,
      },
      ...{ log: { hash: HEAD, seq: 2 }, repository: 'library/charter', run_id: RUN, source_commit: null },
      status: 'HELD',
    },
    eventsSha256: sha256('the bytes of events.jsonl'),
    planSha256: null,
    source: { path: 'documents/charter.md', sha256: SOURCE },
    approvals: [{ path: 'approvals/open.md', sha256: APPROVAL }],
    backup: null,
    changeSet: null,
  });
  const envelope = await seal({ payloadType: IN_TOTO, payload }, recorder);
  const verdict = encodeLeaf({
    ...{ type: 'verdict', at: AT, path: 'approvals/open.md', document_sha256: APPROVAL },
    ...{ pull: 7, commit: '1'.repeat(40), run_id: RUN, verdict: 'accepted', reason: null },
  });
  const head = encodeLeaf({
    ...{ type: 'head', at: AT, run_id: RUN, seq: 2, hash: HEAD, statement_sha256: sha256(envelope) },
  });
  const root = treeHead([verdict, head]);
  const files = await logFiles({
    ...{ deployment: 'library', leaves: [verdict, head] },
    recorder: { current: recorder, older: [] },
  });
  const checkpoint = await signCheckpoint({ origin: originOf('library'), size: 2, root }, recorder);
  const signed = decodeNote(Buffer.from(checkpoint));
  if (!signed.ok) throw new Error(signed.flaw.detail);
  const witness = { name: 'audit-office.example', key: WITNESS.key };
  const at = new Date('2026-05-22T09:00:00Z');
  const line = await cosign(signed.value, { name: witness.name, signer: WITNESS, at });
  return {
    key: recorder.key,
    groups: inGroups(recorder.key),
    'verifier key': verifierKeyOf('library', recorder.key),
    payload: payload.toString(),
    envelope: envelope.trimEnd(),
    'envelope sha256': sha256(envelope),
    verdict,
    head,
    'leaf hash': hashLeaf(head),
    root,
    checkpoint: checkpoint.trimEnd(),
    'cosigned checkpoint': encodeNote({
      ...signed.value,
      signatures: [...signed.value.signatures, line],
    }).trimEnd(),
    'cosigned text': `cosignature/v1\ntime ${at.getTime() / 1000}\n${signed.value.text}`.trimEnd(),
    "witness's key": encodeVerifierKey(witness, { type: COSIGNATURE_TYPE }),
    ...stampExamples(sha256(envelope)),
    'recorder file': files.get(RECORDER_PATH)?.trimEnd() ?? '',
  };
}

/** Made once by an authority that is no more: it cannot be signed again, and is verified instead. */
function stampExamples(digest: Sha256): Readonly<Record<string, string>> {
  const read = (name: string) => readFileSync(join(import.meta.dirname, '../record/vectors', name), 'utf8');
  const [file, certificate] = [read('clock.tsr'), read('clock.pem')];
  const answer = decodeTimeStampFile(Buffer.from(file));
  const stamp = answer.ok ? readTimeStamp(answer.value) : answer;
  const authority = authorityIn(certificate);
  if (!stamp.ok || typeof authority === 'string') throw new Error('the example of a time stamp is none');
  const verified = verifyTimeStamp(stamp.value, { digest, authorities: [authority] });
  if (!verified.ok) throw new Error(`the example of a time stamp ${verified.flaw.detail}`);
  const nonce = stamp.value.nonce ?? Buffer.alloc(0);
  return {
    'time stamp': file.trimEnd(),
    'request of the time stamp': timeStampRequest(digest, nonce).toString('hex'),
    'certificate of the authority': certificate.trimEnd(),
  };
}
