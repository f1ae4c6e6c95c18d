// Ed25519 (RFC 8032, section 5.1) and RSA (RFC 8017, section 8.2.2), over public values and with whole numbers alone.
import { digest, isSame, joined, numberOf, unhex } from './bytes.js';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ROOT_OF_MINUS_1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;

const mod = (number, modulus = P) => ((number % modulus) + modulus) % modulus;

function power(base, exponent, modulus = P) {
  let result = 1n;
  for (let square = mod(base, modulus), rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const reversed = (bytes) => Uint8Array.from(bytes).reverse();

/** Section 5.1.3; undefined for octets that are no point, or one that is written in another way. */
function decodePoint(octets) {
  const number = numberOf(reversed(octets));
  const y = number & (2n ** 255n - 1n);
  const sign = number >> 255n;
  if (octets.length !== 32 || y >= P) return undefined;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT_OF_MINUS_1);
  if (mod(v * x * x) !== u || (x === 0n && sign === 1n)) return undefined;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function add(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D);
  const d = mod(2n * p[2] * q[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(count, point) {
  let result = [0n, 1n, 1n, 0n];
  for (const bit of count.toString(2)) {
    result = add(result, result);
    if (bit === '1') result = add(result, point);
  }
  return result;
}

const BASE = decodePoint(unhex(`58${'66'.repeat(31)}`));

/** Section 5.1.7. A key of small order verifies nothing: under it a signature fits any text. */
export async function isEd25519(key, { signature, message }) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const a = decodePoint(key);
  const r = decodePoint(signature.subarray(0, 32));
  const s = numberOf(reversed(signature.subarray(32)));
  if (!a || !r || s >= L || times(8n, a)[0] === 0n) return false;
  const hashed = await digest('SHA-512', joined(signature.subarray(0, 32), key, message));
  const k = mod(numberOf(reversed(hashed)), L);
  const left = times(s, BASE);
  const right = add(r, times(k, a));
  return [0, 1].every((at) => mod(left[at] * right[2] - right[at] * left[2]) === 0n);
}

/** DER of AlgorithmIdentifier and what goes before the digest (RFC 8017, section 9.2). */
const DIGEST_INFO = {
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
  'SHA-1': '3021300906052b0e03021a05000414',
};

/** RSASSA-PKCS1-v1_5 over a digest: the whole padded message is built and compared. */
export function isRsa({ n, e }, { signature, hashed, algorithm }) {
  const size = Math.ceil(n.toString(2).length / 8);
  const s = numberOf(signature);
  if (s >= n) return false;
  const info = joined(unhex(DIGEST_INFO[algorithm]), hashed);
  const padding = new Uint8Array(size - info.length - 3).fill(0xff);
  const wanted = joined(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info);
  const found = unhex(
    power(s, e, n)
      .toString(16)
      .padStart(size * 2, '0'),
  );
  return isSame(wanted, found);
}

/** As strong as every verifier of Countersign asks for. */
export const isSoundRsa = ({ n, e }) =>
  n.toString(2).length >= 2048 && (n & 1n) === 1n && (e & 1n) === 1n && e >= 65537n && e < n;

export function isSoundPoint(key) {
  const point = decodePoint(key);
  return point !== undefined && times(8n, point)[0] !== 0n;
}
