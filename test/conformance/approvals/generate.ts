// Makes the vectors anew, with fresh keys at fixed times: `node test/conformance/approvals/generate.ts` (needs gpg 2.2 or newer).
// What it writes is committed; the tests read the files and need neither gpg nor this script.
import { addArmors } from './make/armors.ts';
import { addCircumstances } from './make/circumstances.ts';
import { addDocuments } from './make/documents.ts';
import { Gpg } from './make/gpg.ts';
import { Hand } from './make/hand.ts';
import { addGpgKeys } from './make/keys-gpg.ts';
import { addOpenpgpjsKeys } from './make/keys-openpgpjs.ts';
import { addSignatures } from './make/signatures.ts';
import { Studio } from './make/studio.ts';
import { addUnseen } from './make/unseen.ts';

const studio = new Studio();
const hand = await Hand.make(studio, { name: 'sovereign', encoding: 'legacy' });
const other = await Hand.make(studio, { name: 'second', encoding: 'native' });
const stranger = await Hand.make(studio, { name: 'stranger', encoding: 'legacy' });
addDocuments(hand);
addArmors(hand);
addSignatures(hand, stranger);
addCircumstances(hand, other);
addUnseen(await Hand.make(studio, { name: 'reader', encoding: 'native' }));
await addOpenpgpjsKeys(studio);
const gpg = new Gpg();
try {
  addGpgKeys(studio, gpg);
} finally {
  gpg.close();
}
console.log(`${studio.write()} vectors`);
