import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { bookingView, findBooking } from '../bookings/booking-view.js';
import { JobView } from '../jobs/job-view.js';
import { Catalogue } from '../machines/catalogue.js';
import { LiveBoard } from '../machines/live/live-board.js';
import type { PublicLive } from '../machines/live/live-state.rules.js';
import { topicRoot } from '../machines/topics.js';
import type { Actor } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import type { Log } from '../platform/logging/log.js';
import { notificationView } from '../notifications/notification-view.js';
import { findNotification } from '../notifications/notifications.js';
import { MqttLink } from '../platform/mqtt/mqtt-link.js';
import type { Language } from '../platform/problems/problem.js';
import { LOG } from '../platform/tokens.js';
import { frame } from './live-event.js';
import type { LiveEvent, LiveEventName } from './live-event.js';

const kept = 2_000;
/** A job whose file says much changes often on its way: the last of a burst is enough. */
const settleMs = 30;

type ByLanguage = Readonly<Record<Language, unknown>>;

/** What each group of people may see of one event. */
interface Views {
  readonly everyone?: unknown;
  readonly staff?: ByLanguage;
  readonly owner?: { readonly memberId: string; readonly texts: ByLanguage };
}

interface Change {
  readonly kind: string;
  readonly id: string;
}

/**
 * Turns what the MQTT topics say into events for browsers. Every API copy hears the same topics,
 * so any copy serves any client; the ring lets a client that lost its connection go on.
 */
@Injectable()
export class LiveFeed implements OnModuleInit {
  /** Sequences of another process mean nothing here. */
  readonly epoch = randomBytes(6).toString('hex');
  private sequence = 0;
  private readonly ring: LiveEvent[] = [];
  private readonly listeners = new Set<(event: LiveEvent) => void>();
  private readonly machineIds = new Map<string, string>();
  private readonly pending = new Map<string, Change>();
  private loading: Promise<void> = Promise.resolve();
  private learning: Promise<void> | null = null;

  constructor(
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    private readonly board: LiveBoard,
    private readonly catalogue: Catalogue,
    private readonly jobs: JobView,
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    this.board.listen((lab, slug, live) => void this.machineSaid(`${lab}/${slug}`, live));
    await this.mqtt.subscribe(`${topicRoot}/+/changes/+/+`, 1, (topic) => {
      const [, , , , kind = '', id = ''] = topic.split('/');
      this.note({ kind, id });
    });
    await this.learnMachines();
  }

  listen(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Numbered as of when it was asked for: what comes while it is read is told after it. */
  async snapshot(machineId: string | null): Promise<Buffer> {
    const id = this.idOf(this.sequence);
    const machines = await this.catalogue.machines();
    const shown = machines.filter(({ id }) => machineId === null || id === machineId);
    return frame(id, 'snapshot', {
      machines: shown.map((machine) => ({ id: machine.id, live: this.catalogue.liveOf(machine) })),
    });
  }

  /** What came after that id, or null when this process cannot tell. */
  since(lastEventId: string): readonly LiveEvent[] | null {
    const [epoch, number] = lastEventId.split('-');
    const sequence = Number(number);
    if (epoch !== this.epoch || !Number.isInteger(sequence) || sequence > this.sequence)
      return null;
    const oldest = this.ring[0]?.sequence ?? this.sequence + 1;
    return sequence + 1 < oldest ? null : this.ring.filter((event) => event.sequence > sequence);
  }

  private note(change: Change): void {
    const key = `${change.kind}:${change.id}`;
    if (this.pending.has(key)) return;
    this.pending.set(key, change);
    setTimeout(() => {
      this.pending.delete(key);
      this.loading = this.loading
        .then(() => this.load(change))
        .catch((error: unknown) =>
          this.log.warn({ err: error, kind: change.kind }, 'live change not loaded'),
        );
    }, settleMs);
  }

  private async machineSaid(name: string, live: PublicLive): Promise<void> {
    if (!this.machineIds.has(name)) await this.learnMachines();
    const id = this.machineIds.get(name);
    if (id !== undefined) this.publish('machine', id, { everyone: { id, live } });
  }

  private async load({ kind, id }: Change): Promise<void> {
    if (kind === 'booking') return this.loadBooking(id);
    if (kind === 'job') return this.loadJob(id);
    if (kind === 'notification') return this.loadNotification(id);
  }

  private async loadBooking(id: string): Promise<void> {
    const booking = await findBooking(this.database, id);
    if (!booking) return;
    const { memberId } = booking;
    const asStaff = bookingView(person('', 'lab_manager'), booking);
    const asOwner = memberId === null ? null : bookingView(person(memberId, 'member'), booking);
    this.publish('booking', booking.machineId, {
      everyone: bookingView(person('', 'member'), booking),
      staff: { fr: asStaff, en: asStaff },
      ...(memberId === null ? {} : { owner: { memberId, texts: { fr: asOwner, en: asOwner } } }),
    });
  }

  private async loadNotification(id: string): Promise<void> {
    const row = await findNotification(this.database, id);
    if (!row) return;
    const texts = { fr: notificationView(row, 'fr'), en: notificationView(row, 'en') };
    this.publish('notification', null, { owner: { memberId: row.memberId, texts } });
  }

  private async loadJob(id: string): Promise<void> {
    const row = await this.jobs.find(id);
    if (!row) return;
    const [fr] = await this.jobs.views([row], 'fr');
    const [en] = await this.jobs.views([row], 'en');
    const texts = { fr, en };
    this.publish('job', row.bookingMachineId, {
      staff: texts,
      owner: { memberId: row.memberId, texts },
    });
    const machineId = row.bookingMachineId;
    if (machineId !== null) this.publish('queue', machineId, { everyone: { machineId } });
  }

  /** One event has one number, whoever's view of it a client gets: so none comes twice. */
  private publish(name: LiveEventName, machineId: string | null, views: Views): void {
    this.sequence += 1;
    const written = (data: unknown) => frame(this.idOf(this.sequence), name, data);
    const both = ({ fr, en }: ByLanguage) => ({ fr: written(fr), en: written(en) });
    const event: LiveEvent = {
      sequence: this.sequence,
      machineId,
      everyone: views.everyone === undefined ? null : written(views.everyone),
      staff: views.staff ? both(views.staff) : null,
      owner: views.owner ? { ...views.owner, texts: both(views.owner.texts) } : null,
    };
    this.ring.push(event);
    if (this.ring.length > kept) this.ring.shift();
    this.listeners.forEach((listener) => listener(event));
  }

  private idOf(sequence: number): string {
    return `${this.epoch}-${sequence}`;
  }

  /** Those who ask at once share one look and go on in their order. */
  private learnMachines(): Promise<void> {
    this.learning ??= this.catalogue
      .machines()
      .then(
        (machines) =>
          machines.forEach(({ lab, slug, id }) => this.machineIds.set(`${lab}/${slug}`, id)),
        (error: unknown) => this.log.warn({ err: error }, 'machines not loaded for the live feed'),
      )
      .finally(() => (this.learning = null));
    return this.learning;
  }
}

/** A view for everyone of one group, made without anyone in particular. */
function person(id: string, role: Actor['role'], locale: Language = 'fr'): Actor {
  return { id, role, locale, email: '', name: '' };
}
