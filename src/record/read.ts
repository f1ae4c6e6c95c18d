// Reading what git holds of the record: each file and line has one form only, so whatever differs by a byte is refused.
// A refusal is a value with a code; nothing that comes from a clone raises an exception.
import type { z } from 'zod';
import { canonicalJson } from '../digest/digest.ts';

export interface RecordFlaw {
  readonly code: 'malformed' | 'other_type' | 'unknown_key' | 'bad_signature';
  /** What is wrong, as the rest of a sentence that begins with the name of the file. */
  readonly detail: string;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly flaw: RecordFlaw };

export function readAs<T>(value: T): Read<T> {
  return { ok: true, value };
}

export function flawed(code: RecordFlaw['code'], detail: string): { ok: false; flaw: RecordFlaw } {
  return { ok: false, flaw: { code, detail } };
}

/** One value in its RFC 8785 form, without a line end. */
export function readCanonical<T>(text: string, schema: z.ZodType<T>): Read<T> {
  const raw = parsed(text);
  if (raw === undefined) return flawed('malformed', 'is not JSON');
  const decoded = schema.safeParse(raw);
  if (!decoded.success) {
    const issue = tellingOf(decoded.error.issues);
    return flawed('malformed', `is malformed: ${[...(issue?.path ?? []), issue?.message].join(' ')}`);
  }
  // A key written twice, white space or another writing of a number is another text of the same value.
  return canonicalOf(decoded.data) === text
    ? readAs(decoded.data)
    : flawed('malformed', 'is not in the form of RFC 8785');
}

/** What another form of the document is wrong in comes after that it is another form. */
function tellingOf(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const all = issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flat() : [issue]));
  return all.find(({ path }) => path.join('.') === 'format') ?? issues[0];
}

/** undefined where the bytes are no UTF-8. */
export function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** RFC 4648 section 4, padded; undefined for every other writing of the same bytes (section 3.5). */
export function bytesOfBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** undefined for half a character that JSON has escaped: it has no form that anybody could have signed. */
function canonicalOf(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
