// Says, beside an embedded governed database, that a write is under way there. Only the process that holds the database can
// look into it, so a file is what `disable` can see; it is there before the switch is asked and gone after the COMMIT.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GovernedDatabase } from '../governed/database.ts';
import { ownerOf } from './directory-lock.ts';

const markOf = (data: string): string => join(data, 'governed.writing');

/** The living process that is writing; undefined when none is. */
export function writerOf(data: string): Promise<number | undefined> {
  return ownerOf(markOf(data));
}

export function markingWrites<Database extends GovernedDatabase>(database: Database, data: string): Database {
  const mark = markOf(data);
  let open = 0;
  const write: GovernedDatabase['write'] = async (role, options, work) => {
    // Before the first assertion: whoever sets the switch and finds no file knows that each later write finds the switch.
    if (open === 0) writeFileSync(mark, `${process.pid}\n`);
    open += 1;
    try {
      return await database.write(role, options, work);
    } finally {
      open -= 1;
      if (open === 0) rmSync(mark, { force: true });
    }
  };
  return { ...database, write };
}
