import type { Driver } from './driver.js';
import { nativeDriver } from './native/native-driver.js';

/** Adding a controller family is one folder and one line here. */
export const drivers: Readonly<Record<string, Driver>> = {
  native: nativeDriver,
};
