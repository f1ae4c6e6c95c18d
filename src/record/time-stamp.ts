// An RFC 3161 time stamp over a statement's file, as the record keeps it: asked for with its SHA-256 alone, and read without
// being believed. Whoever reads one asks `verifyTimeStamp` what it is worth.
import { X509Certificate } from 'node:crypto';
import { ASN1Obj } from '@sigstore/core';
import type { Sha256 } from '../digest/digest.ts';
import { bytesOfBase64, flawed, type Read, readAs, utf8Of } from './read.ts';

const PATH = /^runs\/([^/]+)\/statement[.]([1-9][0-9]{0,8})[.]tsr$/;

/** Where a repository keeps the time stamp of the statement of a head. */
export function timeStampPath({ runId, seq }: { readonly runId: string; readonly seq: number }): string {
  return `runs/${runId}/statement.${seq}.tsr`;
}

/** The head that a path stands for; undefined where it is none of a time stamp. */
export function timeStampedHead(path: string): { readonly runId: string; readonly seq: number } | undefined {
  const [, runId, seq] = PATH.exec(path) ?? [];
  return runId === undefined ? undefined : { runId, seq: Number(seq) };
}

/** The answer of an authority, a TimeStampResp in DER, as a file: one line of base64. */
export function encodeTimeStampFile(answer: Uint8Array): string {
  return `${Buffer.from(answer).toString('base64')}\n`;
}

export function decodeTimeStampFile(file: Uint8Array): Read<Buffer> {
  const text = utf8Of(file);
  const bytes = text?.endsWith('\n') ? bytesOfBase64(text.slice(0, -1)) : undefined;
  return bytes && bytes.length > 0 ? readAs(bytes) : flawed('malformed', 'is not one line of base64');
}

const SHA_256 = Buffer.from('300d06096086480165030402010500', 'hex');

/** A TimeStampReq in DER (section 2.4.1) that asks for the certificate too. `nonce`: an INTEGER as DER has it. */
export function timeStampRequest(digest: Sha256, nonce: Uint8Array): Buffer {
  const imprint = der(0x30, SHA_256, der(0x04, Buffer.from(digest, 'hex')));
  return der(0x30, der(0x02, Buffer.of(1)), imprint, der(0x02, nonce), der(0x01, Buffer.of(0xff)));
}

// Everything in a request is shorter than 128 bytes, so that each length is one byte.
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length > 127) throw new RangeError('a request for a time stamp has no part this long');
  return Buffer.concat([Buffer.of(tag, value.length), value]);
}

/** What an answer says, whoever signed it. */
export interface TimeStamp {
  readonly imprint: { readonly algorithm: string; readonly hash: Buffer };
  readonly at: Date;
  /** As it was asked for; null where none came back. */
  readonly nonce: Buffer | null;
  /** The TSTInfo as it was signed. */
  readonly info: Buffer;
  /** Those that came with it, in its order. */
  readonly certificates: readonly X509Certificate[];
  readonly signer: { readonly issuer: Buffer; readonly serial: Buffer };
  readonly attributes: { readonly signed: Buffer; readonly contentType: string; readonly digest: Buffer };
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

/** Reads an answer; one that grants nothing, has another form than DER, or more than one signer is malformed. */
export function readTimeStamp(answer: Uint8Array): Read<TimeStamp> {
  try {
    const whole = ASN1Obj.parseBuffer(Buffer.from(answer));
    const status = part(whole, 0, 0).toInteger();
    if (status !== 0n && status !== 1n) return flawed('malformed', `is a refusal with status ${status}`);
    return readAs(timeStampIn(signedDataIn(part(whole, 1))));
  } catch {
    // What the reader of ASN.1 says of a stranger's bytes means nothing to whoever reads the audit.
    return flawed('malformed', 'is no answer of an authority as RFC 3161 has it');
  }
}

function signedDataIn(token: ASN1Obj): ASN1Obj {
  if (part(token, 0).toOID() !== SIGNED_DATA) throw new TypeError('no signed data');
  return part(token, 1, 0);
}

function timeStampIn(signedData: ASN1Obj): TimeStamp {
  const content = part(signedData, 2);
  if (part(content, 0).toOID() !== TST_INFO) throw new TypeError('no TSTInfo');
  const octets = only(part(content, 1));
  const told = only(octets);
  const signer = only(part(signedData, signedData.subs.length - 1));
  const attributes = part(signer, 3);
  if (!attributes.tag.isContextSpecific(0)) throw new TypeError('nothing was signed beside the content');
  const signed = attributes.toDER();
  // Signed as a SET, whatever its tag is in the answer (RFC 5652 section 5.4).
  signed[0] = 0x31;
  return {
    imprint: { algorithm: part(told, 2, 0, 0).toOID(), hash: part(told, 2, 1).value },
    at: timeOf(part(told, 4)),
    nonce: told.subs.slice(5).find(({ tag }) => tag.isInteger())?.value ?? null,
    info: octets.value,
    certificates: certificatesIn(signedData),
    signer: { issuer: part(signer, 1, 0).value, serial: part(signer, 1, 1).value },
    attributes: {
      ...{ signed, contentType: attributeIn(attributes, CONTENT_TYPE).toOID() },
      digest: attributeIn(attributes, MESSAGE_DIGEST).value,
    },
    digestAlgorithm: part(signer, 2, 0).toOID(),
    signatureAlgorithm: part(signer, 4, 0).toOID(),
    signature: part(signer, 5).value,
  };
}

function certificatesIn({ subs }: ASN1Obj): readonly X509Certificate[] {
  const given = subs.slice(3).find(({ tag }) => tag.isContextSpecific(0));
  return (given?.subs ?? []).map((one) => new X509Certificate(one.toDER()));
}

function attributeIn({ subs }: ASN1Obj, type: string): ASN1Obj {
  const found = subs.filter((one) => part(one, 0).toOID() === type);
  const [attribute, ...more] = found;
  if (!attribute || more.length > 0) throw new TypeError('an attribute is missing, or there twice');
  return only(part(attribute, 1));
}

// In UTC, with a fraction that does not end in a zero (section 2.4.2); what is finer than a millisecond is left away.
function timeOf({ tag, value }: ASN1Obj): Date {
  const form = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.](\d*[1-9]))?Z$/;
  const [, ...parts] = form.exec(value.toString('latin1')) ?? [];
  if (!tag.isGeneralizedTime() || parts.length === 0) throw new TypeError('no time');
  const [year, month, day, hour, minute, second, fraction = ''] = parts;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const at = new Date(written);
  if (at.toISOString() !== written) throw new RangeError('no such time');
  return at;
}

function part(whole: ASN1Obj, ...path: readonly number[]): ASN1Obj {
  let at: ASN1Obj = whole;
  for (const index of path) {
    const next = at.subs[index];
    if (!next) throw new TypeError('a part is missing');
    at = next;
  }
  return at;
}

function only(whole: ASN1Obj): ASN1Obj {
  if (whole.subs.length !== 1) throw new TypeError('there is not one of it');
  return part(whole, 0);
}
