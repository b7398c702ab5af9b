import type { Thumbnail } from './analysis.js';

/** What slicers write into comments, gathered line by line. */
export class SlicerComments {
  slicer: { name: string; version: string | null } | null = null;
  /** Seconds, in words of the slicer's own estimate. */
  told: number | null = null;
  elapsed: number | null = null;
  lengthMm: number | null = null;
  volumeMm3: number | null = null;
  massGrams: number | null = null;
  density: number | null = null;
  diameter: number | null = null;
  filamentType: string | null = null;
  layers: number | null = null;
  thumbnail: Thumbnail | null = null;
  private layerChanges = 0;
  private image: { mime: Thumbnail['mime']; size: number; text: string[]; length: number } | null =
    null;
  private largest = 0;

  /** @param text the comment without its semicolon, trimmed */
  read(text: string): void {
    if (this.image) return this.readImage(text);
    if (text.startsWith('thumbnail')) return this.beginImage(text);
    if (text === 'LAYER_CHANGE' || text.startsWith('LAYER:')) this.layerChanges += 1;
    else if (text.startsWith('TIME_ELAPSED:'))
      this.elapsed = number(text.slice(13)) ?? this.elapsed;
    else if (text.startsWith('LAYER_COUNT:')) this.layers = number(text.slice(12));
    else if (
      text.includes('=') ||
      text.includes(':') ||
      text.startsWith('enerated') ||
      /^generated/i.test(text)
    ) {
      this.readPair(text);
    }
  }

  get layerCount(): number | null {
    return this.layers ?? (this.layerChanges > 0 ? this.layerChanges : null);
  }

  private readPair(text: string): void {
    const generated = /^generated (?:by|with) ([A-Za-z_][\w-]*)[ +/]*v?([\d.]+\S*)?/i.exec(text);
    if (generated?.[1] && !this.slicer) {
      this.slicer = { name: slicerName(generated[1]), version: generated[2] ?? null };
      return;
    }
    const [, key = '', value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(text) ?? [];
    switch (key.toLowerCase()) {
      case 'estimated printing time (normal mode)':
      case 'estimated printing time':
      case 'total estimated time':
        this.told = duration(lastPart(value)) ?? this.told;
        return;
      case 'model printing time': {
        // Orca: "model printing time: 1h 2m; total estimated time: 1h 8m".
        const total = /total estimated time\s*:\s*(.*)$/.exec(value)?.[1];
        this.told = duration(total ?? value) ?? this.told;
        return;
      }
      case 'filament used [mm]':
        this.lengthMm = sum(value) ?? this.lengthMm;
        return;
      case 'filament used [cm3]':
        this.volumeMm3 = scaled(sum(value), 1_000) ?? this.volumeMm3;
        return;
      case 'filament used [g]':
      case 'total filament used [g]':
        this.massGrams = positive(sum(value)) ?? this.massGrams;
        return;
      case 'filament used':
        this.readUsed(value);
        return;
      case 'filament_type':
        this.filamentType = value.split(/[;,]/)[0]?.trim() || null;
        return;
      case 'filament_density':
        this.density = positive(number(value));
        return;
      case 'filament_diameter':
        this.diameter = positive(number(value));
        return;
      case 'material':
        if (/^[A-Za-z][\w+ -]{0,20}$/.test(value)) this.filamentType ??= value;
    }
  }

  private readUsed(value: string): void {
    // Slic3r: "2447.6mm (5.9cm3)"; Cura: "1.23m", and "0m" before the file was finished.
    const used = /^([\d.]+)\s*(mm|m)\b(?:\s*\(([\d.]+)\s*cm3\))?/.exec(value);
    const length = scaled(number(used?.[1] ?? ''), used?.[2] === 'm' ? 1_000 : 1);
    this.lengthMm = positive(length) ?? this.lengthMm;
    this.volumeMm3 = positive(scaled(number(used?.[3] ?? ''), 1_000)) ?? this.volumeMm3;
  }

  private beginImage(text: string): void {
    const [, kind, width, height, size] =
      /^thumbnail(_JPG)? begin (\d+)[x ](\d+) (\d+)/.exec(text) ?? [];
    if (!width || !height || !size) return;
    const area = Number(width) * Number(height);
    if (area < this.largest || Number(size) > maxImageText) return;
    this.largest = area;
    this.image = {
      mime: kind ? 'image/jpeg' : 'image/png',
      size: Number(size),
      text: [],
      length: 0,
    };
  }

  private readImage(text: string): void {
    if (!this.image) return;
    if (/^thumbnail(_JPG)? end/.test(text)) {
      const data = Buffer.from(this.image.text.join(''), 'base64');
      if (isImage(data, this.image.mime)) this.thumbnail = { mime: this.image.mime, data };
      this.image = null;
      return;
    }
    this.image.length += text.length;
    if (this.image.length > this.image.size + 100) this.image = null;
    else this.image.text.push(text);
  }
}

const maxImageText = 2_000_000;

function isImage(data: Buffer, mime: Thumbnail['mime']): boolean {
  const magic = mime === 'image/png' ? [0x89, 0x50, 0x4e, 0x47] : [0xff, 0xd8, 0xff];
  return magic.every((byte, index) => data[index] === byte);
}

function slicerName(word: string): string {
  return word === 'Cura_SteamEngine' ? 'Cura' : word;
}

/** "1d 2h 3m 4s" in seconds. */
export function duration(text: string): number | null {
  const units: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1 };
  let seconds = 0;
  let found = false;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/g)) {
    seconds += Number(amount) * (units[unit ?? 's'] ?? 0);
    found = true;
  }
  return found ? seconds : null;
}

function lastPart(value: string): string {
  return value.split(';').at(-1)?.trim() ?? value;
}

function number(text: string): number | null {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : null;
}

/** Several extruders: "12.5, 3.0". */
function sum(text: string): number | null {
  const values = text.split(',').map(number);
  return values.reduce<number | null>(
    (total, value) => (value === null ? total : (total ?? 0) + value),
    null,
  );
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
