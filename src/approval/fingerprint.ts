// The form of a fingerprint: the whole one of a version 4 key, never a short key id.

/** 40 upper-case hexadecimal digits. */
export type Fingerprint = string & { readonly brand: 'Fingerprint' };

export const FINGERPRINT_FORM = /^[0-9A-F]{40}$/;

export function isFingerprint(text: string): text is Fingerprint {
  return FINGERPRINT_FORM.test(text);
}

/** What people copy from gpg (in groups, in either case) in the one form; it may still be no fingerprint. */
export function tidyFingerprint(text: string): string {
  return text.replaceAll(' ', '').toUpperCase();
}
