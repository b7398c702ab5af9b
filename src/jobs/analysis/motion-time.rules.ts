/**
 * The time of moves under limited acceleration: trapezoids joined by junction speeds with a
 * look-ahead, as planners with "classic jerk" do (Marlin documentation, M203, M204, M205).
 */
export interface MotionLimits {
  /** mm/s², of printing moves and of travel. */
  readonly acceleration: number;
  readonly travelAcceleration: number;
  /** mm/s, the jump in speed an axis takes without slowing down. */
  readonly jerk: number;
  readonly zJerk: number;
  readonly eJerk: number;
  /** mm/s. */
  readonly maxSpeed: {
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly e: number;
  };
}

/** What common firmware comes with. */
export const usualLimits: MotionLimits = {
  acceleration: 1_000,
  travelAcceleration: 1_000,
  jerk: 9,
  zJerk: 0.4,
  eJerk: 4,
  maxSpeed: { x: 300, y: 300, z: 12, e: 60 },
};

interface Move {
  readonly length: number;
  readonly speed: number;
  readonly acceleration: number;
  /** Speed of each axis at full speed, mm/s. */
  readonly vx: number;
  readonly vy: number;
  readonly vz: number;
  readonly ve: number;
  /** The speed at which it may be entered from the one before. */
  entryLimit: number;
}

const lookAhead = 256;
const settled = 192;

export class MotionTimer {
  private queue: Move[] = [];
  private entrySpeed = 0;
  private total = 0;
  private last: Move | null = null;

  constructor(public limits: MotionLimits = usualLimits) {}

  /** @param speed the asked feed rate, mm/s; lengths in mm */
  add(dx: number, dy: number, dz: number, de: number, speed: number, pathLength?: number): void {
    const straight = Math.hypot(dx, dy, dz);
    const length = pathLength ?? (straight > 0 ? straight : Math.abs(de));
    if (!(length > 0) || !(speed > 0) || !Number.isFinite(length)) return;
    const { maxSpeed } = this.limits;
    const share = (part: number, limit: number) =>
      part === 0 ? Infinity : (limit * length) / Math.abs(part);
    const v = Math.min(
      speed,
      share(dx, maxSpeed.x),
      share(dy, maxSpeed.y),
      share(dz, maxSpeed.z),
      share(de, maxSpeed.e),
    );
    const rate = v / length;
    const travels = de === 0;
    const move: Move = {
      length,
      speed: v,
      acceleration: travels ? this.limits.travelAcceleration : this.limits.acceleration,
      vx: dx * rate,
      vy: dy * rate,
      vz: dz * rate,
      ve: de * rate,
      entryLimit: 0,
    };
    move.entryLimit = this.junction(this.last, move);
    this.last = move;
    this.queue.push(move);
    if (this.queue.length >= lookAhead) this.plan(settled);
  }

  /** Standing still: a dwell, heating, homing. What was planned comes to a stop first. */
  pause(seconds: number): void {
    this.plan(this.queue.length);
    this.last = null;
    if (seconds > 0 && Number.isFinite(seconds)) this.total += seconds;
  }

  seconds(): number {
    this.plan(this.queue.length);
    return this.total;
  }

  private junction(before: Move | null, after: Move): number {
    if (!before) return 0;
    const { jerk, zJerk, eJerk } = this.limits;
    const meeting = Math.min(before.speed, after.speed);
    const entering = meeting / after.speed;
    const leaving = meeting / before.speed;
    const jump = Math.max(
      Math.abs(after.vx * entering - before.vx * leaving) / jerk,
      Math.abs(after.vy * entering - before.vy * leaving) / jerk,
      Math.abs(after.vz * entering - before.vz * leaving) / zJerk,
      Math.abs(after.ve * entering - before.ve * leaving) / eJerk,
    );
    return jump > 1 ? meeting / jump : meeting;
  }

  /** Backwards so that every move can still stop, forwards so that every move can reach it. */
  private plan(count: number): void {
    const { queue } = this;
    if (queue.length === 0) return;
    const exits = new Float64Array(queue.length);
    let next = 0;
    for (let index = queue.length - 1; index >= 0; index -= 1) {
      const move = queue[index];
      if (!move) continue;
      exits[index] = next;
      next = Math.min(
        move.entryLimit,
        Math.sqrt(next * next + 2 * move.acceleration * move.length),
      );
    }
    let entry = Math.min(this.entrySpeed, next);
    for (let index = 0; index < count; index += 1) {
      const move = queue[index];
      if (!move) continue;
      const reachable = Math.sqrt(entry * entry + 2 * move.acceleration * move.length);
      const exit = Math.min(exits[index] ?? 0, move.speed, reachable);
      this.total += trapezoid(move, entry, exit);
      entry = exit;
    }
    this.entrySpeed = entry;
    this.queue = queue.slice(count);
    if (this.queue.length === 0) this.entrySpeed = 0;
  }
}

function trapezoid({ length, speed, acceleration }: Move, entry: number, exit: number): number {
  const up = (speed * speed - entry * entry) / (2 * acceleration);
  const down = (speed * speed - exit * exit) / (2 * acceleration);
  const cruise = length - up - down;
  if (cruise >= 0) return (2 * speed - entry - exit) / acceleration + cruise / speed;
  const peakSquared = acceleration * length + (entry * entry + exit * exit) / 2;
  const peak = Math.sqrt(Math.max(peakSquared, entry * entry, exit * exit));
  return (2 * peak - entry - exit) / acceleration;
}
