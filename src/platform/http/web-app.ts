import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';

const ownPaths = /^\/(api|health|metrics|docs)(\/|$)/;

/** Serves the built web app; any page address of it answers with its one HTML file. */
export async function serveWebApp(app: NestFastifyApplication, folder: string): Promise<boolean> {
  if (!existsSync(join(folder, 'index.html'))) return false;
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    // Built assets carry their hash in the name.
    setHeaders: (response, path) => {
      const forever = path.includes(`${join('web', 'dist', 'assets')}`);
      void response.header(
        'cache-control',
        forever ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    if (isPage(request)) await reply.sendFile('index.html');
  });
  return true;
}

function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?')[0] ?? '/';
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (ownPaths.test(path)) return false;
  return (
    path === '/' ||
    (!/\.[a-z0-9]+$/i.test(path) && (request.headers.accept ?? '').includes('text/html'))
  );
}
