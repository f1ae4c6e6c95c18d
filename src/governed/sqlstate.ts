// What a SQLSTATE means for whoever runs the bot, and whether it passes by itself.

const MEANINGS: Readonly<Record<string, string>> = {
  '25006': 'the server or the transaction is read-only',
  '40001': 'another transaction came first',
  '40P01': 'two transactions waited for each other',
  '42501': 'a privilege is missing',
  '42883': 'a function is missing',
  '42P01': 'a table is missing',
  '53100': "the server's disk is full",
  '53200': 'the server is out of memory',
  '53300': 'the server takes no more connections',
  '55P03': 'a lock was not free in time',
  '57014': 'the statement was cancelled, or took too long',
  '57P01': 'the server was shut down',
  '57P02': 'the server crashed',
  '57P03': 'the server is starting or shutting down',
};

const CLASSES: Readonly<Record<string, string>> = {
  '08': 'the connection failed',
  '22': 'the server could not take a value',
  '23': 'a constraint of a table refused it',
  '25': 'the transaction is in another state',
  '28': 'the login was refused',
  '3D': 'there is no such database',
  '42': 'the statement does not fit the schema',
  '53': 'the server is short of something',
  '54': 'a limit of the server was reached',
  '57': 'somebody intervened at the server',
  '58': "the server's own system failed",
  XX: 'the server has a defect, or its files are damaged',
};

export function meaningOf(sqlState: string): string {
  return MEANINGS[sqlState] ?? CLASSES[sqlState.slice(0, 2)] ?? 'the server refused';
}

const PASSING = new Set(['40001', '40P01', '53200', '53300', '55P03', '57014']);

/** The same statement may succeed a little later, without anybody's doing. */
export function passes(sqlState: string): boolean {
  return PASSING.has(sqlState);
}
