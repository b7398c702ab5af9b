/** A start that failed for a reason a person can mend: told as it is, without a stack. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** Names the service and the variable it is set with; never the address, which holds a password. */
export function unreachable(service: string, variable: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? ('code' in error ? error.code : error.message) : error;
    throw new CannotStart(
      `${service} could not be reached (${String(reason)}). Check that it runs and that ${variable} is right.`,
      { cause: error },
    );
  };
}

/** What stands in the way of listening on that port. */
export function portTaken(port: number): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new CannotStart(`Port ${port} is taken by another program. Set PORT to a free one.`);
    throw error;
  };
}
