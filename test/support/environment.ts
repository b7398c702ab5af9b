/** What the global set-up left for the tests. */
export function environment(name: string, otherwise?: string): string {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set: run the tests with \`npm test\`.`);
  return value;
}

/** The distribution's servers instead of the embedded ones. */
export const onDebian = environment('TEST_SERVICES', 'embedded') === 'debian';
