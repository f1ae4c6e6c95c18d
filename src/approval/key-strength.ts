// How strong a signing key must be (design section 2).

/** A modulus of fewer bits is refused, in certificates as in signatures. */
export const MIN_RSA_BITS = 2048;
