import { WalkingLab1764000000000 } from './1764000000000-walking-lab.js';

/** In the order in which they run. */
export const migrations = [WalkingLab1764000000000];
