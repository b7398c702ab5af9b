/**
 * Reads a calendar from standard input with node-ical and writes its events as JSON. It has a
 * process of its own, since node-ical puts an old Temporal into the global scope.
 */
import { text } from 'node:stream/consumers';
import ical from 'node-ical';

const components = Object.values(ical.sync.parseICS(await text(process.stdin)));
const events = components
  .filter(({ type }) => type === 'VEVENT')
  .map(({ uid, start, end, status, summary }) => ({ uid, start, end, status, summary }));
process.stdout.write(JSON.stringify(events));
