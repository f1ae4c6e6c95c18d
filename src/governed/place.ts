// Where the governed database is and who logs in there: plain values, as the settings give them.

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** From no encryption at all to a certificate that names the host. */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

export interface GovernedPlace {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly sslMode: (typeof SSL_MODES)[number];
  readonly sslRootCertificate: string | undefined;
}

/** One login for each role of a run; the administrator's is known to the `db` commands alone. */
export interface GovernedSettings extends GovernedPlace {
  readonly exec: Login;
  readonly verify: Login;
}
