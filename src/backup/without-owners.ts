// A plain dump on its way into a scratch database, without the lines that say whose a thing is: only a superuser, or a
// member of the owning role, may give a thing away. What is granted to whom stays, and so does every row.
import { Transform } from 'node:stream';

const NEWLINE = 0x0a;
/** No line of pg_dump that names an owner is as long; a row may be longer, and is passed on before its end is there. */
const LONGEST = 8192;

const OWNER = /^(ALTER [A-Z]+( [A-Z]+)* .* OWNER TO .+|ALTER DEFAULT PRIVILEGES .+);\r?$/;
const COPY = /^COPY .* FROM stdin;$/;
const END_OF_COPY = '\\.';

/**
 * Rows stand between `COPY … FROM stdin;` and `\.` and are never looked into. In a function's text a line that only looks
 * like one of these may be lost: then the scratch database lacks it, and nothing that is compared.
 */
export function withoutOwners(): Transform {
  let held: Buffer = Buffer.alloc(0);
  let copying = false;
  let inLongLine = false;
  const keeps = (line: Buffer): boolean => {
    const longLine = inLongLine;
    inLongLine = false;
    if (longLine || line.length > LONGEST) return true;
    const text = line.toString('latin1').replace(/\n$/, '');
    if (copying) {
      copying = text !== END_OF_COPY;
      return true;
    }
    copying = COPY.test(text);
    return !OWNER.test(text);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      const kept: Buffer[] = [];
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
        const line = bytes.subarray(from, end + 1);
        from = end + 1;
        if (keeps(line)) kept.push(line);
      }
      held = bytes.subarray(from);
      if (inLongLine || held.length > LONGEST) {
        inLongLine = true;
        kept.push(held);
        held = Buffer.alloc(0);
      }
      done(null, Buffer.concat(kept));
    },
    flush(done) {
      done(null, held);
    },
  });
}
