import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { filesFolder } from './bring-up.js';
import type { BroughtUp } from './bring-up.js';
import type { Config } from './config/config.js';
import { serveOpenApi } from './openapi.js';
import { createHttpApp } from './platform/http/http-app.js';
import type { Clock } from './platform/clock/clock.js';
import type { Log } from './platform/logging/log.js';

/** The whole application on services that are up; not yet listening, and not yet on MQTT. */
export async function openApp(
  config: Config,
  up: BroughtUp,
  log: Log,
  clock?: Clock,
): Promise<NestFastifyApplication> {
  const { publicUrl, port, trustProxy, uploadMaxBytes } = config.http;
  const module = AppModule.forRoot({
    config,
    services: up.services,
    filesFolder: filesFolder(config),
    baseUrl: publicUrl ?? `http://127.0.0.1:${port}`,
    log,
    ...(clock ? { clock } : {}),
  });
  const secure = publicUrl?.startsWith('https:') ?? false;
  const app = await createHttpApp(module, { trustProxy, uploadMaxBytes, secure }, log);
  serveOpenApi(app);
  return app;
}
