import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { OpeningHoursDto, TemperatureDto } from './machines/machines.dto.js';

/** The OpenAPI 3.1 document of the running application. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Créneau')
    .setDescription('Machines, bookings and jobs of a fab lab, as one model.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addCookieAuth('creneau_session')
    .build();
  return SwaggerModule.createDocument(app, config, {
    extraModels: [OpeningHoursDto, TemperatureDto],
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}_${method}`,
  });
}

export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, openApiDocument(app), {
    jsonDocumentUrl: 'api/v1/openapi.json',
    customSiteTitle: 'Créneau API',
  });
}
