// What keeps a person from signing and is theirs to mend: told as a message. Whether something may be signed is no fault
// but a refusal (refusal.ts).

export class SignFault extends Error {
  readonly code: 'git' | 'gpg' | 'no_key' | 'no_terminal' | 'asked_wrongly' | 'forge' | 'packed';

  constructor(code: SignFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignFault';
    this.code = code;
  }
}
