// Bytes, digests and the one form of JSON. Digests come from the browser; everything else here is written out.

/** What is wrong with a receipt: a permanent code, and what exactly. */
export class Refusal extends Error {
  constructor(code, what) {
    super(what);
    this.code = code;
  }
}

export const utf8 = (text) => new TextEncoder().encode(text);

/** undefined where the bytes are no UTF-8. */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export const isDigest = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const isSame = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** The highest octet first. */
export const numberOf = (bytes) => BigInt(`0x0${hex(bytes)}`);
export const smallNumber = (bytes) => bytes.reduce((number, byte) => number * 256 + byte, 0);

/** RFC 4648, section 4; undefined for every other writing of the same bytes. */
export function unbase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return base64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** The digests that a receipt has behind one another. */
export const digestsIn = (packed) => hex(unbase64(packed)).match(/.{64}/g) ?? [];

export async function digest(algorithm, bytes) {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}

export const sha256 = async (bytes) => hex(await digest('SHA-256', bytes));

/** RFC 8785, for what a record holds: text, whole numbers, true, false, null, lists and objects. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${entries.join(',')}}`;
}

/** One object that is written in its only form: no name twice, no white space, no half character. */
export function readJson(text, { code, name }) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(code, `${name} is not JSON`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value) || canonical(value) !== text)
    throw new Refusal(code, `${name} is not one object in the form of RFC 8785`);
  // Half a character is escaped by JSON, and stands for no bytes that anybody could have signed.
  if (/\\ud[89a-f]/i.test(text)) throw new Refusal(code, `${name} holds half a character`);
  return value;
}

/** Exactly these fields, each of its form. */
export function expectFields(value, fields, { code, name }) {
  const odd = Object.keys(value ?? {}).find((field) => !Object.hasOwn(fields, field));
  if (value === null || typeof value !== 'object' || odd !== undefined)
    throw new Refusal(code, `${name} has a field that is not known: ${String(odd)}`);
  for (const [field, isGood] of Object.entries(fields))
    if (!isGood(value[field])) throw new Refusal(code, `${name} has no good ${field}`);
}

export const isText = (value) => typeof value === 'string' && value !== '';
export const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
export const isInstant = (value) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString() === value;
