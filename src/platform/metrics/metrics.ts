import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Prometheus metrics of the process; labels carry no personal data. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'creneau_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  });

  readonly mqttMessages = new Counter({
    name: 'creneau_mqtt_messages_total',
    help: 'MQTT messages from machines by outcome',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly outboxRows = new Gauge({
    name: 'creneau_outbox_rows',
    help: 'Rows that wait in the outbox, planned ones aside',
    registers: [this.registry],
  });

  readonly deadLetters = new Gauge({
    name: 'creneau_dead_letters',
    help: 'Messages given up on',
    registers: [this.registry],
  });

  readonly liveClients = new Gauge({
    name: 'creneau_live_clients',
    help: 'Open live feeds',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
