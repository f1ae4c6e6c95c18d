// What the recorder signed: the statement of the run, and the log in which it stands (RFC 9162, DSSE, C2SP checkpoints).
import {
  base64,
  canonical,
  digest,
  hex,
  isDigest,
  joined,
  Refusal,
  sha256,
  unbase64,
  unhex,
  utf8,
} from './bytes.js';
import { isEd25519, isSoundPoint } from './signatures.js';

export const isKey = (value) => isDigest(value) && isSoundPoint(unhex(value));

const leafHash = async (text) => digest('SHA-256', joined(Uint8Array.of(0), utf8(text)));
const nodeHash = (left, right) => digest('SHA-256', joined(Uint8Array.of(1), left, right));

/** RFC 9162, section 2.1.3.2: whether this leaf stands at this place under this head. */
export async function isIncluded({ leaf, index, size, path, head }) {
  if (index >= size) return false;
  let place = index;
  let last = size - 1;
  let node = await leafHash(leaf);
  for (const beside of path.map(unhex)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      node = await nodeHash(beside, node);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else node = await nodeHash(node, beside);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && hex(node) === head;
}

const IN_TOTO = 'application/vnd.in-toto+json';

/** The statement in full, from what the receipt says of it and from the rest of the receipt. */
export function fullStatement(receipt, { header, evidence_sha256, digests }) {
  const { run_id, document_id, deployment, plan, approvals, statement } = receipt;
  const { at, backup, change_set, events_sha256, log, plan_sha256, repository, source_commit } = statement;
  const file = ({ path, sha256: own }) => ({ name: path, digest: { sha256: own } });
  const used = statement.approvals.map((one) =>
    typeof one === 'number' ? { path: approvals[one]?.path ?? '', sha256: digests[one] ?? '' } : one,
  );
  return {
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'urn:countersign:run-record:1',
    predicate: {
      ...{ at, log, repository, source_commit, run_id, document_id, deployment, evidence_sha256 },
      ...{ cutplan_sha256: plan.head, status: 'COMPLETED' },
    },
    subject: [
      { path: `runs/${run_id}/events.jsonl`, sha256: events_sha256 },
      { path: `runs/${run_id}/plan.jsonl`, sha256: plan_sha256 },
      { path: statement.source_path, sha256: header.source_sha256 },
      ...used,
      ...(backup === null ? [] : [backup]),
    ]
      .map(file)
      .concat(
        change_set === null
          ? []
          : [{ name: `database/change-set/${change_set}`, digest: { rfc9162Sha256: plan.head } }],
      ),
  };
}

/** As the recorder published it. */
export const envelopeOf = ({ keyid, sig }, statement) => ({
  payload: base64(utf8(canonical(statement))),
  payloadType: IN_TOTO,
  signatures: [{ keyid, sig }],
});

/** Who signed the envelope, of the recorders that the sovereign named. */
export async function checkEnvelope({ payload, payloadType, signatures: [{ keyid, sig }] }, recorders) {
  if (!recorders.includes(keyid))
    throw new Refusal(
      'statement_refused',
      `it is signed by ${keyid}, a recorder that no approval in the receipt names`,
    );
  const bytes = unbase64(payload);
  const head = utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${bytes.length} `);
  if (!(await isEd25519(unhex(keyid), { signature: unbase64(sig), message: joined(head, bytes) })))
    throw new Refusal('statement_refused', 'the signature of the recorder does not fit');
  return keyid;
}

/** `{ origin, size, root }` of a checkpoint that one of the recorders signed. */
export async function checkCheckpoint(note, { deployment, recorders }) {
  const refuse = (what) => new Refusal('not_in_log', `the checkpoint ${what}`);
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const [, origin, size, root] = /^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n$/.exec(text) ?? [];
  const head = unbase64(root ?? '');
  if (end < 0 || origin !== `countersign/${deployment}` || head?.length !== 32)
    throw refuse('is of another log');
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > 100) throw refuse('does not end as it must');
  let isSigned = false;
  for (const line of lines) {
    const [, name, encoded] = /^— ([^ +]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const blob = unbase64(encoded ?? '');
    if (!blob || blob.length < 5) throw refuse('has a line that is no signature');
    for (const key of recorders) {
      const id = await digest('SHA-256', joined(utf8(`${origin}\n`), Uint8Array.of(1), unhex(key)));
      if (name !== origin || hex(blob.subarray(0, 4)) !== hex(id.subarray(0, 4))) continue;
      if (!(await isEd25519(unhex(key), { signature: blob.subarray(4), message: utf8(text) })))
        throw refuse('has a signature that does not fit');
      isSigned = true;
    }
  }
  if (!isSigned) throw refuse('is signed by no recorder that an approval in the receipt names');
  return { origin, size: Number(size), root: hex(head) };
}

/** The leaf of a head with this statement. */
export const leafOf = async ({ at, log, run_id }, envelope) =>
  canonical({
    ...{ at, format: 'countersign/log-leaf/1', hash: log.hash, run_id, seq: log.seq, type: 'head' },
    statement_sha256: await sha256(utf8(`${canonical(envelope)}\n`)),
  });
