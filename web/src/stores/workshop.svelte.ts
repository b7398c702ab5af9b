import { SvelteMap } from 'svelte/reactivity';
import * as bookingsApi from '../api/bookings';
import * as jobsApi from '../api/jobs';
import * as machinesApi from '../api/machines';
import { ApiProblem } from '../api/problem';
import type { Booking, Interval, Job, Lab, Live, Machine, QueueItem } from '../api/types';
import { clock } from './clock.svelte';
import { session } from './session.svelte';

const pageSize = 200;

/** Everything this member may see of the lab: loaded once, then kept up to date by the live feed. */
class Workshop {
  lab = $state<Lab | null>(null);
  loaded = $state(false);
  problem = $state<ApiProblem | null>(null);
  queue = $state<QueueItem[]>([]);
  /** Counts what `load` has done, since it forgets the bookings of other days. */
  loads = $state(0);
  readonly machines = new SvelteMap<string, Machine>();
  readonly jobs = new SvelteMap<string, Job>();
  readonly bookings = new SvelteMap<string, Booking>();

  get timeZone(): string {
    return this.lab?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  machineName(id: string | null | undefined): string | null {
    return id ? (this.machines.get(id)?.name ?? null) : null;
  }

  /** The lab and its machines, of whose closures the live feed does not speak. */
  async refreshClosures(): Promise<void> {
    const [labs, machines] = await Promise.all([
      machinesApi.listLabs(),
      machinesApi.listMachines(),
    ]);
    this.lab = labs.items[0] ?? null;
    replace(this.machines, machines.items);
  }

  /** Reads everything again; also after the live feed had been lost. */
  async load(): Promise<void> {
    try {
      const from = new Date(clock.now).toISOString();
      const [labs, machines, jobs, coming, mine] = await Promise.all([
        machinesApi.listLabs(),
        machinesApi.listMachines(),
        jobsApi.listJobs(pageSize),
        bookingsApi.listBookings({ from, limit: pageSize }),
        bookingsApi.listBookings({ memberId: 'me', limit: pageSize }),
        this.refreshQueue(),
      ]);
      this.lab = labs.items[0] ?? null;
      replace(this.machines, machines.items);
      replace(
        this.jobs,
        jobs.items.map((job) => this.#withHistory(job)),
      );
      replace(this.bookings, [...coming.items, ...mine.items]);
      this.problem = null;
      this.loaded = true;
      this.loads += 1;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.problem = error;
    }
  }

  /** What takes the machines in a time that a page shows, on top of what is there already. */
  async loadBookings({ startsAt, endsAt }: Interval, machineId?: string): Promise<void> {
    const window = {
      from: startsAt,
      to: endsAt,
      ...(machineId === undefined ? {} : { machineId }),
    };
    const { items } = await bookingsApi.readCalendar(window);
    items.forEach((booking) => this.putBooking(booking));
  }

  /** Staff: every request, however far ahead. */
  async loadRequested(): Promise<void> {
    const from = new Date(clock.now).toISOString();
    await this.#loadAll({ from, state: ['requested'], limit: pageSize });
  }

  async #loadAll(query: Parameters<typeof bookingsApi.listBookings>[0]): Promise<void> {
    let after: string | null = null;
    do {
      const page = await bookingsApi.listBookings(after === null ? query : { ...query, after });
      page.items.forEach((booking) => this.putBooking(booking));
      after = page.nextCursor;
    } while (after !== null);
  }

  async refreshQueue(): Promise<void> {
    if (session.isManager) this.queue = (await jobsApi.listQueue()).items;
  }

  async refreshJob(id: string): Promise<Job> {
    return this.putJob(await jobsApi.readJob(id));
  }

  async refreshMachine(id: string): Promise<void> {
    this.machines.set(id, await machinesApi.readMachine(id));
  }

  /** Lists and the live feed leave the history of a job empty: what we know of it stays. */
  putJob(job: Job): Job {
    const merged = this.#withHistory(job);
    this.jobs.set(job.id, merged);
    return merged;
  }

  #withHistory(job: Job): Job {
    const known = this.jobs.get(job.id)?.history ?? [];
    return job.history.length > 0 ? job : { ...job, history: known };
  }

  putBooking(booking: Booking): void {
    this.bookings.set(booking.id, booking);
  }

  putLive(id: string, live: Live): void {
    const machine = this.machines.get(id);
    if (machine === undefined) return;
    const ended = machine.live.commandId !== live.commandId || machine.live.state !== live.state;
    this.machines.set(id, { ...machine, live });
    // The feed speaks of what the machine says; whether its bed is clear is ours to ask for.
    if (ended) void this.refreshMachine(id).catch(() => undefined);
  }

  forget(): void {
    this.loaded = false;
    this.lab = null;
    this.queue = [];
    for (const map of [this.machines, this.jobs, this.bookings]) map.clear();
  }
}

function replace<T extends { id: string }>(map: Map<string, T>, items: T[]): void {
  const kept = new Set(items.map((item) => item.id));
  for (const id of [...map.keys()]) if (!kept.has(id)) map.delete(id);
  for (const item of items) map.set(item.id, item);
}

export const workshop = new Workshop();
