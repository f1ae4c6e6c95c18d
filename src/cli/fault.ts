// A mistake of the person at the command line: shown as its message alone, without a stack.
export class CliFault extends Error {}
