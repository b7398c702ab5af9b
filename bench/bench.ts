import type { RowReport } from './measure/result.js';
import type { Options } from './options.js';
import type { Services } from './services/bring-up.js';
import type { BenchLab } from './services/lab.js';

/** What every row works with. */
export interface Bench {
  readonly options: Options;
  readonly services: Services;
  readonly lab: BenchLab;
}

export type Row = (bench: Bench) => Promise<RowReport>;
