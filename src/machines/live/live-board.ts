import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import { machineTopic, parsedTopic, topicRoot } from '../topics.js';
import type { Patience } from '../drivers/driver.js';
import { connectionAfter, publicLive, unseen } from './live-state.rules.js';
import type { PublicLive } from './live-state.rules.js';

export type LiveListener = (labSlug: string, machineSlug: string, live: PublicLive) => void;

/**
 * What this copy of the API knows of every machine, from the canonical `live` topics: so any
 * copy serves any client, and none asks a gateway.
 */
@Injectable()
export class LiveBoard implements OnModuleInit {
  private readonly board = new Map<string, PublicLive>();
  private readonly listeners = new Set<LiveListener>();

  constructor(
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.mqtt.subscribe(`${topicRoot}/+/+/live`, 0, (topic, payload) => {
      const address = parsedTopic(topic);
      if (!address) return;
      const live = JSON.parse(payload.toString('utf8')) as PublicLive;
      this.board.set(machineTopic(address.lab, address.machine, 'live'), live);
      this.listeners.forEach((listener) => listener(address.lab, address.machine, live));
    });
  }

  listen(listener: LiveListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  of(labSlug: string, machineSlug: string, patience: Patience): PublicLive {
    const now = this.clock.now().getTime();
    const live = this.board.get(machineTopic(labSlug, machineSlug, 'live'));
    return live ? agedAt(live, now, patience) : publicLive(unseen(now));
  }
}

// With every gateway gone nobody ages the retained state: its own time does.
function agedAt(live: PublicLive, now: number, patience: Patience): PublicLive {
  if (live.connection === 'offline' || live.lastSeenAt === null) return live;
  const connection = connectionAfter(now - Date.parse(live.lastSeenAt), patience);
  return connection === 'online' ? live : { ...live, connection };
}
