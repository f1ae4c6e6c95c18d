// What every way to sign works with, once the clone is read and the signers are settled.
import type { Court } from '../audit/run.ts';
import { refusedLines } from '../report/sign-screen.ts';
import type { Asked } from './asked.ts';
import type { Home } from './home.ts';
import type { Person } from './person.ts';
import type { Objection } from './refusal.ts';
import type { Settled } from './settle.ts';
import type { Signing } from './sign.ts';
import type { Kept } from './trust.ts';

export interface Room {
  readonly asked: Asked;
  readonly home: Home;
  readonly court: Court;
  readonly kept: Kept;
  readonly settled: Settled;
  readonly signing: Signing;
}

export function refuse(objections: readonly Objection[], person: Person): 'refused' {
  person.say(refusedLines(objections));
  return 'refused';
}
