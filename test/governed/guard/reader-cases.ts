// What the readers of bytes, armor, packets and front matter decide where no committed vector shows it.
import { type GuardCase, valueCase } from './guard-case.ts';

export function readerCases(): GuardCase[] {
  return [
    valueCase('bytes: big-endian', {
      sql: "SELECT cutter_guard.big_endian('\\x0102030405060708')",
      expected: '72623859790382856',
    }),
  ];
}
