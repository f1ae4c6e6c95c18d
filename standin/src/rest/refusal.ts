// Refusals as GitHub words them: a status and the error body `{message, documentation_url, status}`.

export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  readonly message?: string;
}

const DOCUMENTATION_URL = 'https://docs.github.com/rest';

/** Thrown by a handler to answer with an error status. */
export class Refusal extends Error {
  readonly code = 'refused';
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: number, message: string, errors?: readonly FieldError[]) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.errors = errors;
  }

  get body(): Record<string, unknown> {
    const details = this.errors ? { errors: this.errors } : {};
    return {
      message: this.message,
      ...details,
      documentation_url: DOCUMENTATION_URL,
      status: String(this.status),
    };
  }
}

/** Also the answer for what exists but may not be seen: GitHub does not tell the two apart. */
export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

export function validationFailed(error: FieldError): Refusal {
  return new Refusal(422, 'Validation Failed', [error]);
}

export function unprocessable(message: string): Refusal {
  return new Refusal(422, message);
}
