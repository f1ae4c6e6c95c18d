// docs/verifiers.md, rendered from what the tests compare: `npx vitest run test/docs/verifiers.test.ts --update` renders it again.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readVectors } from '../conformance/approvals/vector.ts';
import { FORM_ALONE, OTHER_REASON, RAW_DIFFERENCES } from '../governed/guard/differences.ts';
import { NOT_THE_DATABASES } from '../governed/guard/vector-cases.ts';
import { ROOT } from '../support/command.ts';

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const word = (holds: boolean): string => (holds ? 'true' : 'refused');

function vectorTable(): string[] {
  const themes = Map.groupBy(readVectors(), ({ name }) => name.split(':')[0] ?? '');
  const rows = [...themes].sort().map(([theme, vectors]) => {
    const accepted = vectors.filter(({ expected }) => expected.verdict === 'accepted').length;
    return row(theme, vectors.length, accepted, vectors.length - accepted);
  });
  return [row('vectors', 'all', 'accepted', 'rejected'), '|---|--:|--:|--:|', ...rows];
}

function page(): string {
  const facts = NOT_THE_DATABASES.map(([names, why]) =>
    row(`\`${names.source.replaceAll('|', '\\|')}\``, why),
  );
  const reasons = OTHER_REASON.map(([typescript, guard, why]) =>
    row(`\`${typescript}\``, `\`${guard}\``, why),
  );
  const raw = RAW_DIFFERENCES.map(({ attempts, verdicts: { openpgp, openssl, alone }, why }) =>
    row(`\`${attempts.source.replaceAll('|', '\\|')}\``, ...[false, openpgp, openssl, alone].map(word), why),
  );
  const forms = FORM_ALONE.map(([reason, why]) => row(`\`${reason}\``, why));
  return [
    '# Verifiers held against each other',
    '',
    'Three programs judge a signature: the admission in TypeScript with openpgp.js, the guard in SQL, and OpenSSL through',
    'node:crypto for the raw mathematics, which the audit of a clone asks instead of openpgp.js, behind the same reading of the',
    'packet (test/approval/native-verifier.test.ts). This page is rendered from what the tests compare, so a difference',
    'that is not explained here fails a test.',
    '',
    '## The committed vectors',
    '',
    'Admission gives each vector the verdict that its file names; the guard gives the same verdict and reason; OpenSSL agrees',
    'with openpgp.js on every one whose packet and key admission lets through to the mathematics.',
    '',
    ...vectorTable(),
    '',
    'Where a vector turns on something that a database cannot know, the guard is held against what admission says of the',
    'bytes alone:',
    '',
    row('vectors', 'why'),
    '|---|---|',
    ...facts,
    '',
    '## The raw mathematics',
    '',
    'Of the vectors of RFC 8032 and of signatures made for known pitfalls (the order of S, other ways to write a point, points',
    'of small and of mixed order, the cofactor; padding, DER and keys under which PKCS #1 v1.5 was forged), the guard, admission',
    'and OpenSSL say the same. On Node.js openpgp.js itself has OpenSSL verify, through WebCrypto, so the guard alone is the',
    'second make here; openpgp.js is therefore asked once more with the arithmetic that it carries for other runtimes. Where',
    'any of the four differs:',
    '',
    row('attempts', 'guard', 'admission', 'OpenSSL', 'openpgp.js alone', 'why'),
    '|---|---|---|---|---|---|',
    ...raw,
    '',
    'The public collections come with no package. Where a folder has their files (`ed25519_test.json` and',
    '`rsa_signature_*_sha256/384/512_test.json` of Wycheproof, `cases.json` of ed25519-speccheck), this asks guard, admission and',
    'OpenSSL: they say the same, and what the collection says, but that a public exponent below 65537 is refused with its key.',
    '',
    '```sh',
    'SIGNATURE_COLLECTIONS=<folder> npx vitest run test/governed/guard/raw-verifiers.test.ts',
    '```',
    '',
    '## The mutations',
    '',
    'Sound approvals with something changed (`npm run mutations` asks the whole corpus): both accept the same and reject the',
    'same. These are rejected by both for another reason:',
    '',
    row('TypeScript', 'guard', 'why'),
    '|---|---|---|',
    ...reasons,
    '',
    'OpenSSL is asked of the same, with a reader that takes no offence at form. It calls true each that both accept, and none',
    'that both call `signature_invalid`. It also calls true some of those that both reject as:',
    '',
    row('reason', 'why'),
    '|---|---|',
    ...forms,
    '',
  ].join('\n');
}

it('docs/verifiers.md tells what is compared, and every difference that is allowed', async () => {
  await expect(page()).toMatchFileSnapshot(join(ROOT, 'docs', 'verifiers.md'));
});
