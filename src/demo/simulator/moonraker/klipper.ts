/**
 * The part of a simulated printer that prints: Klipper's print_stats and virtual_sdcard as a
 * real one showed them. Time is given, so nothing here waits.
 */
export type PrintState = 'standby' | 'printing' | 'paused' | 'complete' | 'error' | 'cancelled';

export type StatusObjects = Record<string, Record<string, string | number | boolean | null>>;

/** What Klipper answers in the words of an error. */
export class KlipperError extends Error {}

export class Klipper {
  private readonly files = new Map<string, number>();
  private state: PrintState = 'standby';
  private filename = '';
  private message = '';
  private size = 0;
  private progress = 0;
  private totalMs = 0;
  private webhooks: { state: string; message: string } = {
    state: 'ready',
    message: 'Printer is ready',
  };

  /** @param runMs how long any file takes */
  constructor(private readonly runMs: number) {}

  get printing(): string | null {
    return this.state === 'printing' || this.state === 'paused' ? this.filename : null;
  }

  keep(name: string, size: number): void {
    this.files.set(name, size);
  }

  start(filename: string): void {
    this.mustBeReady();
    const size = this.files.get(filename);
    if (size === undefined) throw new KlipperError(`Unable to open file ${filename}`);
    if (this.printing !== null) throw new KlipperError('SD busy');
    Object.assign(this, { filename, size, state: 'printing', message: '' });
    this.progress = 0;
    this.totalMs = 0;
  }

  pause(): void {
    this.mustBeReady();
    // A real one says yes to this when nothing is printing.
    if (this.state === 'printing') this.state = 'paused';
  }

  resume(): void {
    this.mustBeReady();
    if (this.state === 'paused') this.state = 'printing';
  }

  cancel(): void {
    this.mustBeReady();
    if (this.printing !== null) this.state = 'cancelled';
  }

  fail(message: string): void {
    if (this.printing === null) return;
    Object.assign(this, { state: 'error', message });
  }

  /** As after M112, or when the electronics are gone. */
  shutdown(message: string): void {
    this.webhooks = { state: 'shutdown', message };
  }

  /** What somebody printed once, and nobody cleared away. */
  leave(filename: string, state: PrintState): void {
    Object.assign(this, { filename, state, progress: state === 'complete' ? 1 : 0.5 });
  }

  advance(ms: number): void {
    if (this.printing === null) return;
    this.totalMs += ms;
    if (this.state !== 'printing' || this.webhooks.state !== 'ready') return;
    this.progress = Math.min(1, this.progress + ms / this.runMs);
    if (this.progress === 1) this.state = 'complete';
  }

  status(): StatusObjects {
    const under = this.state === 'printing';
    const hot = this.printing === null ? 0 : 210;
    return {
      webhooks: { state: this.webhooks.state, state_message: this.webhooks.message },
      print_stats: {
        filename: this.filename,
        total_duration: this.totalMs / 1_000,
        // It stays there until the first extrusion, and this one extrudes nothing.
        print_duration: 0,
        filament_used: 0,
        state: this.state,
        message: this.message,
      },
      virtual_sdcard: {
        file_path: this.printing === null ? null : `/home/lab/printer_data/gcodes/${this.filename}`,
        progress: this.progress,
        is_active: under,
        file_position: Math.round(this.progress * this.size),
        file_size: this.size,
      },
      display_status: { progress: this.progress, message: null },
      extruder: { temperature: hot || 22.4, target: hot },
      heater_bed: { temperature: hot ? 60 : 21.9, target: hot ? 60 : 0 },
    };
  }

  private mustBeReady(): void {
    if (this.webhooks.state !== 'ready') throw new KlipperError(this.webhooks.message);
  }
}

/** What of `now` is not in `before`, as Moonraker sends it. */
export function changes(before: StatusObjects, now: StatusObjects): StatusObjects {
  const objects = Object.entries(now).map(([object, fields]) => {
    const changed = Object.entries(fields).filter(
      ([field, value]) => before[object]?.[field] !== value,
    );
    return [object, Object.fromEntries(changed)] as const;
  });
  return Object.fromEntries(objects.filter(([, fields]) => Object.keys(fields).length > 0));
}
