// What somebody is about to sign: computed here from the clone, with what was checked, what it would cause and what there is
// to read. The bot's comments are never looked at.
import type { Expectations } from '../approval/admission.ts';
import type { BindingName, Purpose } from '../approval/gates.ts';
import type { NamedRecorder } from './recorder.ts';
import type { Objection } from './refusal.ts';

export interface Subject {
  readonly gate: Purpose;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  /** What the person types to say that they mean it. */
  readonly name: string;
  /** Of the file, without folder, number and ending. */
  readonly stem: string;
  /** Against which the signed file is judged before it leaves. */
  readonly expect: Expectations;
  readonly repository: string | null;
  readonly deployment: string | null;
  readonly documentId: string | null;
  readonly runId: string | null;
  /** The recorder that it names; null where it names none. */
  readonly recorder: NamedRecorder | null;
  /** What was computed and held against the record, a line each. */
  readonly checked: readonly string[];
  /** What the signature causes, in one sentence. */
  readonly causes: string;
  /** Until when it works, a line each. */
  readonly until: readonly string[];
  /** To be looked at: nothing that keeps it from being signed. */
  readonly warnings: readonly string[];
  /** What there is to read, in lines for a terminal; may be long. */
  readonly view: string;
}

export type Prepared =
  | { readonly verdict: 'ready'; readonly subject: Subject }
  | { readonly verdict: 'refused'; readonly objections: readonly Objection[] };
