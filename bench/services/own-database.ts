import pg from 'pg';

/**
 * A database of our own on that server, so that nobody's lab is measured or written to.
 * @returns its address and what drops it again
 */
export async function ownDatabase(
  serverUrl: string,
): Promise<{ url: string; version: string; drop: () => Promise<void> }> {
  const name = `creneau_bench_${process.pid}`;
  const version = await onServer(serverUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    version,
    drop: () =>
      onServer(serverUrl, async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      }),
  };
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
