import { WalkingLab1764000000000 } from './1764000000000-walking-lab.js';
import { OneCalendar1764100000000 } from './1764100000000-one-calendar.js';

/** In the order in which they run. */
export const migrations = [WalkingLab1764000000000, OneCalendar1764100000000];
