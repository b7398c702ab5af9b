import { createRequire } from 'node:module';

interface Redocly {
  readonly createConfig: (raw: object) => Promise<object>;
  readonly lintFromString: (what: {
    source: string;
    absoluteRef: string;
    config: object;
  }) => Promise<{ ruleId: string; message: string }[]>;
}

/** What the OpenAPI specification has against a document, by the linter our client generator brings. */
export async function openApiMistakes(document: object): Promise<string[]> {
  const require = createRequire(import.meta.url);
  const { createConfig, lintFromString } = createRequire(require.resolve('openapi-typescript'))(
    '@redocly/openapi-core',
  ) as Redocly;
  const config = await createConfig({
    extends: ['spec'],
    rules: { 'no-unresolved-refs': 'error' },
  });
  const found = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: '/openapi.json',
    config,
  });
  return found.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}
