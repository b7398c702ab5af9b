import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import type { VEvent } from 'node-ical';
import { Temporal } from 'temporal-polyfill';

/** An event as a calendar program shows it to somebody in a zone. */
export interface ShownEvent {
  readonly uid: string;
  /** `2027-03-28 01:00`, on the wall. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: string;
  readonly summary: string;
}

/** Reads a feed as if it had subscribed to it, and shows what is there, in order of UID. */
export type CalendarClient = (feed: string, timeZone: string) => Promise<ShownEvent[]>;

const wall = (at: number, timeZone: string) => {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return zoned.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
};
const byUid = (events: ShownEvent[]) => events.sort((a, b) => (a.uid < b.uid ? -1 : 1));

/** The npm package of home dashboards and the like. It knows zones by their names only. */
export const npmClient: CalendarClient = async (feed, timeZone) => {
  const components = Object.values(nodeIcal.sync.parseICS(feed));
  const events = components.filter(
    (component): component is VEvent => component?.type === 'VEVENT',
  );
  return byUid(
    events.map(({ uid, start, end, status, summary }) => ({
      uid,
      startsAt: wall(start.getTime(), timeZone),
      endsAt: wall(end!.getTime(), timeZone),
      status: status ?? '',
      summary: typeof summary === 'string' ? summary : summary.val,
    })),
  );
};

/** What Thunderbird's calendar reads with. It believes the VTIMEZONE. */
const mozillaClient: CalendarClient = async (feed, timeZone) => {
  const calendar = new ICAL.Component(ICAL.parse(feed) as unknown[]);
  const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  return byUid(
    events.map((event) => ({
      uid: event.uid,
      startsAt: wall(event.startDate.toUnixTime() * 1_000, timeZone),
      endsAt: wall(event.endDate.toUnixTime() * 1_000, timeZone),
      status: String(event.component.getFirstPropertyValue('status')),
      summary: event.summary,
    })),
  );
};

const khalConfig = (folder: string, timeZone: string) => `
[calendars]
[[lab]]
path = ${folder}/lab
[default]
default_calendar = lab
[locale]
local_timezone = ${timeZone}
default_timezone = ${timeZone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = ${folder}/cache
`;

/** Debian's program for the terminal, in Python. It believes the VTIMEZONE of a zone it does not know. */
const khalClient: CalendarClient = async (feed, timeZone) => {
  const folder = await mkdtemp(join(tmpdir(), 'creneau-khal-'));
  try {
    await mkdir(join(folder, 'lab'));
    await writeFile(join(folder, 'config'), khalConfig(folder, timeZone));
    await writeFile(join(folder, 'feed.ics'), feed);
    await writeFile('/tmp/khaltest/last.ics', feed);
    const khal = (...words: string[]) =>
      promisify(execFile)('khal', ['-c', join(folder, 'config'), ...words], {
        env: { ...process.env, HOME: folder, LC_ALL: 'C.UTF-8' },
      });
    await khal('import', '--batch', '-a', 'lab', join(folder, 'feed.ics'));
    const format = '{uid}\t{start-long}\t{end-long}\t{status}\t{title}';
    const { stdout } = await khal(
      'list',
      '--format',
      format,
      '--day-format',
      '',
      '2027-01-01',
      '365d',
    );
    const lines = stdout.split('\n').filter((line) => line.includes('\t'));
    return byUid(
      lines.map((line) => {
        const [uid = '', startsAt = '', endsAt = '', status = '', summary = ''] = line.split('\t');
        return { uid, startsAt, endsAt, status: status.trim(), summary };
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function hasKhal(): boolean {
  try {
    execFileSync('khal', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** `apt-get install khal`; where it is not, another program that believes the VTIMEZONE. */
export const [zoneClientName, zoneClient]: [string, CalendarClient] = hasKhal()
  ? ['khal', khalClient]
  : ['ical.js', mozillaClient];
