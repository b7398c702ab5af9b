/** Time and material read from the file. */
export interface JobEstimate {
  readonly durationSeconds: number;
  readonly material: {
    readonly type: string | null;
    readonly massGrams: number | null;
    readonly lengthMm: number | null;
    readonly volumeMm3: number | null;
  };
  readonly confidence: 'high' | 'medium' | 'low';
  readonly source: 'slicer' | 'moves';
  readonly slicer: string | null;
  readonly layers: number | null;
  /** Of the extruding moves, mm. */
  readonly bounds: { readonly min: Point; readonly max: Point } | null;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What the analysis noticed. A refusal ends the job. */
export interface JobCheck {
  readonly code: string;
  readonly level: 'info' | 'warning' | 'refusal';
  readonly message: { readonly fr: string; readonly en: string };
}
