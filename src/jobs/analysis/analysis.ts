/** What a file tells of the piece it makes. */
export interface FileAnalysis {
  readonly format: 'gcode' | 'unknown';
  readonly slicer: { readonly name: string; readonly version: string | null } | null;
  readonly machineType: 'fdm_printer' | null;
  /** Null when nothing moves. */
  readonly durationSeconds: number | null;
  /** Told by the slicer, or worked out from the moves. */
  readonly source: 'slicer' | 'moves';
  readonly confidence: 'high' | 'medium' | 'low';
  readonly material: {
    readonly type: string | null;
    readonly massGrams: number | null;
    readonly lengthMm: number | null;
    readonly volumeMm3: number | null;
  };
  readonly layers: number | null;
  /** Of the extruding moves, mm. */
  readonly bounds: Bounds | null;
  /** Highest set, °C. */
  readonly maxTemperatures: { readonly nozzle: number | null; readonly bed: number | null };
  readonly checks: readonly AnalysisCheck[];
  readonly refused: boolean;
  readonly thumbnail: Thumbnail | null;
}

export interface AnalysisCheck {
  readonly code: string;
  readonly level: 'info' | 'warning' | 'refusal';
  readonly message: { readonly fr: string; readonly en: string };
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Bounds {
  readonly min: Point;
  readonly max: Point;
}

export interface Thumbnail {
  readonly mime: 'image/png' | 'image/jpeg';
  readonly data: Uint8Array;
}
