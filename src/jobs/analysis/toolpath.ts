import type { Bounds } from './analysis.js';
import type { Words } from './gcode-words.js';
import { MotionTimer } from './motion-time.rules.js';

const inch = 25.4;
/** Homing all axes takes about this long on a printer of a workshop. */
const homingSeconds = 15;
const dangerousCommands = new Set(['M500', 'M502', 'M504', 'M997']);

/** Follows the commands of a file as the firmware would: positions, times, temperatures. */
export class Toolpath {
  readonly timer = new MotionTimer();
  readonly dangerous = new Set<string>();
  moves = 0;
  extrudedMm = 0;
  nozzle: number | null = null;
  bed: number | null = null;
  private x = 0;
  private y = 0;
  private z = 0;
  private e = 0;
  private feed = 1_500 / 60;
  private unit = 1;
  private relative = false;
  private relativeE = false;
  private low: [number, number, number] | null = null;
  private high: [number, number, number] | null = null;
  /** Material past what was retracted: only new material counts. */
  private retracted = 0;

  get bounds(): Bounds | null {
    if (!this.low || !this.high) return null;
    const [x, y, z] = this.low;
    const [hx, hy, hz] = this.high;
    return { min: { x, y, z }, max: { x: hx, y: hy, z: hz } };
  }

  obey(words: Words): void {
    switch (words.command) {
      case 'G0':
      case 'G1':
        return this.move(words);
      case 'G2':
      case 'G3':
        return this.move(words, this.arcLength(words));
      case 'G4':
        return this.timer.pause((words.value('S') ?? 0) + (words.value('P') ?? 0) / 1_000);
      case 'G20':
        this.unit = inch;
        return;
      case 'G21':
        this.unit = 1;
        return;
      case 'G28':
        return this.home(words);
      case 'G90':
        this.relative = this.relativeE = false;
        return;
      case 'G91':
        this.relative = this.relativeE = true;
        return;
      case 'G92':
        return this.reset(words);
      case 'M82':
        this.relativeE = false;
        return;
      case 'M83':
        this.relativeE = true;
        return;
      case 'M104':
      case 'M109':
        this.nozzle = hotter(this.nozzle, words.value('S') ?? words.value('R'));
        return;
      case 'M140':
      case 'M190':
        this.bed = hotter(this.bed, words.value('S') ?? words.value('R'));
        return;
      case 'M203':
      case 'M204':
      case 'M205':
        return this.limit(words);
      default:
        if (dangerousCommands.has(words.command)) this.dangerous.add(words.command);
    }
  }

  private move(words: Words, arc?: number): void {
    const feed = words.value('F');
    if (feed !== null && feed > 0) this.feed = (feed * this.unit) / 60;
    const x = this.target(words.value('X'), this.x, this.relative);
    const y = this.target(words.value('Y'), this.y, this.relative);
    const z = this.target(words.value('Z'), this.z, this.relative);
    const e = this.target(words.value('E'), this.e, this.relativeE);
    const de = e - this.e;
    const [dx, dy, dz] = [x - this.x, y - this.y, z - this.z];
    if (dx === 0 && dy === 0 && dz === 0 && de === 0) return;
    this.timer.add(dx, dy, dz, de, this.feed, arc);
    [this.x, this.y, this.z, this.e] = [x, y, z, e];
    this.moves += 1;
    this.deposit(de, dx !== 0 || dy !== 0);
  }

  private deposit(de: number, travels: boolean): void {
    if (de <= 0) {
      this.retracted -= de;
      return;
    }
    const fresh = Math.max(0, de - this.retracted);
    this.retracted = Math.max(0, this.retracted - de);
    this.extrudedMm += fresh;
    if (!travels || fresh === 0) return;
    const { x, y, z } = this;
    this.low = this.low
      ? [Math.min(this.low[0], x), Math.min(this.low[1], y), Math.min(this.low[2], z)]
      : [x, y, z];
    this.high = this.high
      ? [Math.max(this.high[0], x), Math.max(this.high[1], y), Math.max(this.high[2], z)]
      : [x, y, z];
  }

  private target(value: number | null, from: number, relative: boolean): number {
    if (value === null) return from;
    return relative ? from + value * this.unit : value * this.unit;
  }

  private arcLength(words: Words): number {
    const x = this.target(words.value('X'), this.x, this.relative);
    const y = this.target(words.value('Y'), this.y, this.relative);
    const cx = this.x + (words.value('I') ?? 0) * this.unit;
    const cy = this.y + (words.value('J') ?? 0) * this.unit;
    const radius = Math.hypot(this.x - cx, this.y - cy);
    const from = Math.atan2(this.y - cy, this.x - cx);
    const to = Math.atan2(y - cy, x - cx);
    const turn = words.command === 'G3' ? to - from : from - to;
    const angle = turn <= 1e-9 ? turn + 2 * Math.PI : turn;
    const chord = Math.hypot(x - this.x, y - this.y);
    return radius > 0 ? Math.max(radius * angle, chord) : chord;
  }

  private home(words: Words): void {
    const all = !words.has('X') && !words.has('Y') && !words.has('Z');
    if (all || words.has('X')) this.x = 0;
    if (all || words.has('Y')) this.y = 0;
    if (all || words.has('Z')) this.z = 0;
    this.timer.pause(homingSeconds);
  }

  private reset(words: Words): void {
    this.x = set(words.value('X'), this.x, this.unit);
    this.y = set(words.value('Y'), this.y, this.unit);
    this.z = set(words.value('Z'), this.z, this.unit);
    this.e = set(words.value('E'), this.e, this.unit);
  }

  /** M203 top speeds, M204 accelerations, M205 jerk; mm/s and mm/s². */
  private limit(words: Words): void {
    const { limits } = this.timer;
    const given = (letter: string, otherwise: number) => {
      const value = words.value(letter);
      return value !== null && value > 0 ? value : otherwise;
    };
    if (words.command === 'M203') {
      const { x, y, z, e } = limits.maxSpeed;
      const maxSpeed = { x: given('X', x), y: given('Y', y), z: given('Z', z), e: given('E', e) };
      this.timer.limits = { ...limits, maxSpeed };
    } else if (words.command === 'M204') {
      const both = given('S', 0);
      this.timer.limits = {
        ...limits,
        acceleration: both || given('P', limits.acceleration),
        travelAcceleration: given('T', both || limits.travelAcceleration),
      };
    } else {
      const jerk = given('X', limits.jerk);
      this.timer.limits = {
        ...limits,
        jerk,
        zJerk: given('Z', limits.zJerk),
        eJerk: given('E', limits.eJerk),
      };
    }
  }
}

function hotter(known: number | null, value: number | null): number | null {
  return value === null || value <= 0 ? known : Math.max(known ?? 0, value);
}

function set(value: number | null, present: number, unit: number): number {
  return value === null ? present : value * unit;
}
