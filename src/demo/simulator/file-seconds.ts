/** Longer lines are no machine's; what is beyond is not read. */
const maxLineLength = 4_096;
/** Where nothing in the file tells: drawings, pictures. */
const unknownFileSeconds = 60;
/** Until a file sets a feed rate, millimetres per minute. */
const firstFeed = 1_500;

/**
 * How long a file says that it takes, in seconds, from its text alone: PrusaSlicer's estimate,
 * else Cura's last `;TIME_ELAPSED:`, else the lengths of the moves over their feed rates.
 * @param chunks the file's bytes in order; read once, never kept
 */
export async function fileSeconds(chunks: AsyncIterable<Buffer>): Promise<number> {
  const moves = new MoveClock();
  let slicer: number | null = null;
  let elapsed: number | null = null;
  for await (const line of linesOf(chunks)) {
    if (line.startsWith(';')) {
      slicer ??= slicerSeconds(line);
      elapsed = cumulativeSeconds(line) ?? elapsed;
    } else {
      moves.take(line);
    }
  }
  const told = [slicer, elapsed, moves.seconds].find((seconds) => seconds !== null && seconds > 0);
  return told ?? unknownFileSeconds;
}

/** `; estimated printing time (normal mode) = 1d 1h 47m 33s` */
function slicerSeconds(line: string): number | null {
  const match = /^; estimated printing time \(normal mode\) = (.+)$/.exec(line);
  if (!match?.[1]) return null;
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };
  let seconds = 0;
  for (const [, count, unit] of match[1].matchAll(/(\d+)([dhms])/g)) {
    seconds += Number(count) * (units[unit ?? ''] ?? 0);
  }
  return seconds;
}

function cumulativeSeconds(line: string): number | null {
  const match = /^;TIME_ELAPSED:(\d+(?:\.\d+)?)/.exec(line);
  return match ? Number(match[1]) : null;
}

/** Adds up straight moves; accelerations are left out, so it is a lower bound. */
class MoveClock {
  seconds = 0;
  private readonly position: Record<'X' | 'Y' | 'Z' | 'E', number> = { X: 0, Y: 0, Z: 0, E: 0 };
  private feed = firstFeed;
  private absolute = true;
  private absoluteExtrusion = true;
  private unit = 1;

  take(line: string): void {
    const [word = ''] = /^\s*[GM]\d+(?:\.\d+)?/i.exec(line) ?? [];
    const code = word
      .trim()
      .toUpperCase()
      .replace(/^([GM])0+(?=\d)/, '$1');
    if (code === 'G0' || code === 'G1') this.move(parameters(line));
    else if (code === 'G4') this.dwell(parameters(line));
    else if (code === 'G20') this.unit = 25.4;
    else if (code === 'G21') this.unit = 1;
    else if (code === 'G90') this.absolute = this.absoluteExtrusion = true;
    else if (code === 'G91') this.absolute = this.absoluteExtrusion = false;
    else if (code === 'M82') this.absoluteExtrusion = true;
    else if (code === 'M83') this.absoluteExtrusion = false;
    else if (code === 'G92') this.moveTo(parameters(line), true);
    else if (code === 'G28') Object.assign(this.position, { X: 0, Y: 0, Z: 0 });
  }

  private move(given: ReadonlyMap<string, number>): void {
    const feed = given.get('F');
    if (feed !== undefined && feed > 0) this.feed = feed * this.unit;
    const { X, Y, Z, E } = { ...this.position };
    this.moveTo(given, false);
    const { position } = this;
    const path = Math.hypot(position.X - X, position.Y - Y, position.Z - Z);
    this.seconds += ((path || Math.abs(position.E - E)) / this.feed) * 60;
  }

  private moveTo(given: ReadonlyMap<string, number>, set: boolean): void {
    for (const axis of ['X', 'Y', 'Z', 'E'] as const) {
      const value = given.get(axis);
      if (value === undefined) continue;
      const absolute = set || (axis === 'E' ? this.absoluteExtrusion : this.absolute);
      this.position[axis] = value * this.unit + (absolute ? 0 : this.position[axis]);
    }
  }

  private dwell(given: ReadonlyMap<string, number>): void {
    this.seconds += Math.max(0, given.get('S') ?? (given.get('P') ?? 0) / 1_000);
  }
}

function parameters(line: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const code = line.split(';', 1)[0] ?? '';
  for (const [, letter, value] of code.matchAll(/([XYZEFSP])\s*([-+]?(?:\d+\.?\d*|\.\d+))/gi)) {
    found.set((letter ?? '').toUpperCase(), Number(value));
  }
  return found;
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const line of lines) yield line.slice(0, maxLineLength).trimEnd();
  }
  if (rest) yield rest.trimEnd();
}
