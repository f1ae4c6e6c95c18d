// What can be known about an encrypted backup without the private key: its digest, its packets, its recipients.
// One pass in constant memory. A file cut off anywhere shows here, because every length must come out exactly.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Sha256 } from '../digest/digest.ts';

export interface Ciphertext {
  readonly bytes: number;
  readonly sha256: Sha256;
  /** Key ids in the session-key packets: 16 upper-case digits, zeroes where the recipient is hidden. */
  readonly keyIds: readonly string[];
  /** Why this is not one whole encrypted OpenPGP message; undefined when it is. */
  readonly problem: string | undefined;
}

const CHUNK_BYTES = 1 << 20;

/** Reads the file once. Throws what the file system throws; a malformed file is a `problem`. */
export async function inspectCiphertext(path: string): Promise<Ciphertext> {
  const hash = createHash('sha256');
  const packets = new PacketWalk();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  await using file = await open(path, 'r');
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, bytes);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    packets.feed(chunk.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  const problem = packets.finish();
  return { bytes, sha256: hash.digest('hex') as Sha256, keyIds: packets.keyIds, problem };
}

const SESSION_KEY = 1;
const ENCRYPTED_DATA = 18;
const OCB_ENCRYPTED_DATA = 20;
/** Enough for any packet header (6) with a session key's version and key id (9). */
const LONGEST_HEADER = 15;

interface Header {
  readonly tag: number;
  readonly size: number;
  readonly length: number;
  readonly partial: boolean;
}

/** Follows packet lengths (RFC 9580 section 4.2) through a message of session keys and one encrypted packet. */
class PacketWalk {
  readonly keyIds: string[] = [];
  #held = Buffer.alloc(0);
  #skip = 0;
  #inPartial = false;
  #encrypted = false;
  #problem: string | undefined;

  feed(chunk: Buffer): void {
    if (this.#problem !== undefined) return;
    this.#advance(this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk, LONGEST_HEADER);
  }

  finish(): string | undefined {
    this.#advance(this.#held, 1);
    if (this.#problem !== undefined) return this.#problem;
    if (this.#skip > 0 || this.#inPartial || this.#held.length > 0)
      return 'the file is cut off inside a packet';
    return this.#encrypted ? undefined : 'the file holds no encrypted data';
  }

  /** Stops before a header that may continue in the next chunk: fewer than `lookAhead` bytes are left. */
  #advance(data: Buffer, lookAhead: number): void {
    let at = 0;
    while (this.#problem === undefined) {
      const step = Math.min(this.#skip, data.length - at);
      at += step;
      this.#skip -= step;
      if (data.length - at < lookAhead) break;
      const consumed = this.#inPartial ? this.#enterChunk(data, at) : this.#enterPacket(data, at);
      if (consumed === undefined) break;
      at += consumed;
    }
    this.#held = Buffer.from(data.subarray(at));
  }

  #enterChunk(data: Buffer, at: number): number | undefined {
    const length = readLength(data, at);
    if (!length) return undefined;
    this.#skip = length.length;
    this.#inPartial = length.partial;
    return length.size;
  }

  #enterPacket(data: Buffer, at: number): number | undefined {
    const header = this.#encrypted ? 'there are bytes after the encrypted data' : readHeader(data, at);
    if (typeof header === 'string') this.#problem = header;
    if (!header || typeof header === 'string') return undefined;
    const problem = this.#admit(header, data.subarray(at + header.size));
    if (problem) {
      this.#problem = problem;
      return undefined;
    }
    this.#skip = header.length;
    this.#inPartial = header.partial;
    return header.size;
  }

  #admit({ tag, partial }: Header, body: Buffer): string | undefined {
    if (tag === SESSION_KEY && !partial) {
      if (body[0] !== 3)
        return `a session-key packet of version ${body[0] ?? 'none'} is not readable by GnuPG`;
      this.keyIds.push(body.subarray(1, 9).toString('hex').toUpperCase());
      return undefined;
    }
    if (tag !== ENCRYPTED_DATA && tag !== OCB_ENCRYPTED_DATA)
      return `a packet of type ${tag} has no place in a backup (is it plain text or armored?)`;
    if (this.keyIds.length === 0) return 'the encrypted data names no recipient';
    this.#encrypted = true;
    return undefined;
  }
}

function readHeader(data: Buffer, at: number): Header | string | undefined {
  const first = data[at] ?? 0;
  if ((first & 0x80) === 0) return 'the file is not an OpenPGP message';
  if ((first & 0x40) === 0) return readOldHeader(data, at, first);
  const length = readLength(data, at + 1);
  return length && { ...length, tag: first & 0x3f, size: length.size + 1 };
}

function readOldHeader(data: Buffer, at: number, first: number): Header | string | undefined {
  const width = [1, 2, 4][first & 3];
  if (width === undefined) return 'a packet of indeterminate length could be cut off without a trace';
  if (data.length < at + 1 + width) return undefined;
  const length = data.readUIntBE(at + 1, width);
  return { tag: (first >> 2) & 0x0f, size: 1 + width, length, partial: false };
}

function readLength(data: Buffer, at: number): Omit<Header, 'tag'> | undefined {
  const first = data[at];
  if (first === undefined) return undefined;
  if (first < 192) return { size: 1, length: first, partial: false };
  if (first >= 224 && first < 255) return { size: 1, length: 2 ** (first & 0x1f), partial: true };
  const second = data[at + 1];
  if (first < 224)
    return second === undefined
      ? undefined
      : { size: 2, length: ((first - 192) << 8) + second + 192, partial: false };
  return data.length < at + 5 ? undefined : { size: 5, length: data.readUInt32BE(at + 1), partial: false };
}
