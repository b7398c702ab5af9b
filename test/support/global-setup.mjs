import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServices } from './services.mjs';

/**
 * PostgreSQL and, where it can be had, Redis: real ones, once for all tests. Each test file then
 * takes a database of its own. Workers learn the addresses from the environment.
 */
export default async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'creneau-test-'));
  // The servers may run as a user of their own.
  await chmod(folder, 0o711);
  const services = await startTestServices(folder, process.env.TEST_SERVICES ?? 'embedded');
  process.env.TEST_FOLDER = folder;
  process.env.TEST_POSTGRES_URL = services.postgresUrl;
  process.env.TEST_REDIS_URL = services.redisUrl ?? '';
  process.env.TEST_TEMPLATE = services.template;
  globalThis.testServices = services;
}
