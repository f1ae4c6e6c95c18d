import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, isSha256, sha256 } from '../../src/digest/digest.ts';

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units, whatever they look like, and prints as RFC 8785 says', () => {
    const value = {
      b: 1e21,
      10: 2,
      9: 0.1,
      '\u20ac': 'é\n',
      '\ud83d\ude00': null,
      '\ufb33': [true],
      a: undefined,
    };
    expect(canonicalJson(value)).toBe(
      '{"10":2,"9":0.1,"b":1e+21,"\u20ac":"é\\n","\ud83d\ude00":null,"\ufb33":[true]}',
    );
  });

  it('refuses what has no JSON form', () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    expect(() => canonicalJson(Number.NaN)).toThrow();
  });
});

describe('a digest', () => {
  it('is that of the canonical bytes, so key order does not matter', () => {
    expect(digestOf({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
    expect(isSha256(digestOf([]))).toBe(true);
    expect(sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
