// `countersign receipt`: the proof of one unit's text, made from a clone; and the verdict on such a proof, offline.
// Exit status: 0 made or genuine, 1 refused, 2 could not be made or judged.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { processEnvironment, readSovereign } from '../deployment/config.ts';
import { encodeReceipt, RECEIPT_LIMIT_BYTES } from '../record/receipt.ts';
import { type ReceiptVerdict, verifyReceipt } from '../record/receipt-verify.ts';
import { receiptLines } from '../report/receipt.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';
import { receiptFromClone } from './receipt-clone.ts';

interface MakeOptions {
  readonly at?: string;
  readonly clone: string;
  readonly keys?: string;
  readonly signer?: readonly string[];
  readonly out?: string;
}

interface VerifyOptions {
  readonly signer?: readonly string[];
  readonly json?: true;
}

export function receiptCommand(): Command {
  const command = new Command('receipt')
    .description(
      'prove the text of one unit: who signed exactly this, and when; from a clone, without a network',
    )
    .argument('<document>', 'its document_id')
    .argument('<key>', 'the key of the unit, as in plan.jsonl: art-1')
    .option('--at <run>', 'as this run cut it (default: the newest completed run that has the unit)')
    .option('--clone <directory>', 'a clone of the governed repository', '.')
    .option('--keys <directory>', 'public keys of the signers (default: SOVEREIGN_KEY_DIR)')
    .option('--signer <fingerprint...>', 'pinned primary fingerprints (default: SOVEREIGN_GPG_FPR)')
    .option('--out <file>', 'write it there (default: <document>-<key>.receipt.json)')
    .action(make);
  command.addCommand(
    new Command('verify')
      .description('judge a receipt offline: exit 0 genuine, 1 refused, 2 could not judge')
      .argument('<file>', 'the receipt')
      .option('--signer <fingerprint...>', "the sovereign's fingerprints (default: SOVEREIGN_GPG_FPR)")
      .option('--json', 'print the verdict as JSON')
      .action(verify),
  );
  return command;
}

async function make(documentId: string, key: string, options: MakeOptions): Promise<void> {
  const { fingerprints, keyDirectory } = readSovereign({
    ...processEnvironment(),
    ...(options.keys === undefined ? {} : { SOVEREIGN_KEY_DIR: options.keys }),
    ...(options.signer === undefined ? {} : { SOVEREIGN_GPG_FPR: options.signer.join(',') }),
  });
  const run = options.at === undefined ? {} : { runId: options.at };
  const receipt = await receiptFromClone(options.clone, { documentId, key, keyDirectory, ...run });
  const file = encodeReceipt(receipt);
  // What this program would not believe itself it gives to nobody.
  const verdict = await verifyReceipt(Buffer.from(file), { pinned: fingerprints });
  if (verdict.verdict === 'refused') {
    process.stdout.write(`No receipt was written: it would not hold.\n${receiptLines(verdict).join('\n')}\n`);
    process.exitCode = EXIT.no;
    return;
  }
  const path = options.out ?? `${documentId}-${key.replaceAll('/', '-')}.receipt.json`;
  writeNew(path, file);
  process.stdout.write(
    [
      `${path}: ${Buffer.byteLength(file)} bytes, the text of ${receipt.key} as ${receipt.run_id} cut it`,
      `Whoever gets it checks it with docs/receipt.html in a browser, or with`,
      `  countersign receipt verify ${path} --signer ${fingerprints.join(' ')}`,
      '',
    ].join('\n'),
  );
}

async function verify(file: string, options: VerifyOptions, command: Command): Promise<void> {
  // The parent command knows --signer too, and takes what stands before the file.
  const signer = options.signer ?? command.parent?.opts<MakeOptions>().signer;
  const pinned =
    signer ?? (processEnvironment()['SOVEREIGN_GPG_FPR'] ?? '').split(',').filter((one) => one.trim() !== '');
  if (pinned.length === 0)
    throw new CliFault(
      `could not judge ${file}: name the sovereign's key with --signer <fingerprint>, which you have from somebody you trust`,
    );
  const verdict = await verifyReceipt(readReceiptFile(file), { pinned });
  process.stdout.write(
    options.json ? `${JSON.stringify(asJson(verdict), null, 2)}\n` : `${receiptLines(verdict).join('\n')}\n`,
  );
  process.exitCode = verdict.verdict === 'genuine' ? EXIT.done : EXIT.no;
}

function writeNew(path: string, file: string): void {
  try {
    writeFileSync(path, file, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CliFault(`${path} is there already: name another file with --out`, { cause: error });
  }
}

function readReceiptFile(file: string): Buffer {
  const bytes = readFileSync(file);
  if (bytes.length > RECEIPT_LIMIT_BYTES)
    throw new CliFault(`${file} has ${bytes.length} bytes: a receipt has ${RECEIPT_LIMIT_BYTES} at most`);
  return bytes;
}

function asJson(verdict: ReceiptVerdict): object {
  if (verdict.verdict === 'refused') return verdict;
  const { receipt, row, approvals, statement, recorder, log, checks } = verdict;
  const { document_id, deployment, run_id, key } = receipt;
  const at = statement.predicate.at;
  return {
    verdict: 'genuine',
    document_id,
    deployment,
    run_id,
    key,
    title: row.title,
    approvals,
    recorder,
    completed_at: at,
    log,
    checks,
  };
}
