// What a driver throws when a server offers no TLS, or a certificate that is not to be trusted. It has no SQLSTATE.

const CERTIFICATE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|HOSTNAME_MISMATCH)/;

export function isTlsFault(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return CERTIFICATE.test(code) || /does not support SSL|error establishing an SSL/i.test(error.message);
}
