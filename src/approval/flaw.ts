// What is wrong inside one file: the reason, the values concerned and the line. The file's path is added by its reader.
import type { Reason, Refusal } from './reasons.ts';

export interface Flaw {
  readonly reason: Reason;
  readonly detail: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** The outcome of reading a part of a file. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly flaw: Flaw };

export function flawed(reason: Reason, detail: string, line?: number): { ok: false; flaw: Flaw } {
  return { ok: false, flaw: { reason, detail, ...(line === undefined ? {} : { line }) } };
}

export function refusalIn(path: string, { reason, detail, line }: Flaw): Refusal {
  return { reason, detail, ...(line === undefined ? {} : { at: { path, line } }) };
}

/** For messages: a hostile text must not fill the comment, and what cannot be seen is named by its code point. */
export function quoted(text: string): string {
  const plain = text.slice(0, 80).replace(/[^ -~]/gu, (character) => `<${codePoint(character)}>`);
  return plain.replaceAll('`', "'") + (text.length > 80 ? ' …' : '');
}

export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
