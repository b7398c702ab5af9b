import type { Driver } from './driver.js';
import { moonrakerDriver } from './moonraker/moonraker-driver.js';
import { nativeDriver } from './native/native-driver.js';

/** Adding a controller family is one folder and one line here. */
const families: readonly Driver[] = [nativeDriver, moonrakerDriver];

const drivers: ReadonlyMap<string, Driver> = new Map(
  families.map((driver) => [driver.family, driver]),
);

export const familyNames: readonly string[] = families.map(({ family }) => family);

/** The catalogue only keeps families that are here. */
export function driverOf(family: string): Driver {
  const driver = drivers.get(family);
  if (!driver) throw new Error(`There is no driver for ${family}`);
  return driver;
}

export function findDriver(family: string): Driver | undefined {
  return drivers.get(family);
}
