import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expandSeries } from './recurrence.rules.js';
import type { Series } from './recurrence.rules.js';
import { splitSeries } from './split-series.rules.js';

/*
 * The expansion against one that is too simple to be wrong: every day is looked at and asked
 * whether the rule names it (the table of expansions and limits in RFC 5545, 3.3.10, comes down
 * to that, where nothing is more often than daily), and every wall time is looked for among the
 * instants around it.
 */
const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
type Parts = Record<string, string | number | undefined | (string | number)[]>;
const numbers = (parts: Parts, name: string) => parts[name] as number[] | undefined;
const days = (parts: Parts) => parts['BYDAY'] as string[] | undefined;

/** Whether `numbers` names `place` of `length`, from either end; no numbers name every place. */
const names = (list: number[] | undefined, place: number, length: number) =>
  !list || list.includes(place) || list.includes(place - length - 1);

/** Every day that the tests may touch, by its number. */
const calendar = Array.from({ length: 365 * 12 }, (_, number) => {
  const date = Temporal.PlainDate.from('2022-01-01').add({ days: number });
  const { year, month, day, dayOfWeek, dayOfYear, daysInMonth, daysInYear } = date;
  return { number, date, year, month, day, dayOfWeek, dayOfYear, daysInMonth, daysInYear };
});
type Day = (typeof calendar)[number];
const dayAt = (number: number) => calendar[number]!;
const numberOf = (date: Temporal.PlainDate) => calendar[0]!.date.until(date).days;
const fourths = new Map(
  calendar.filter(({ month, day }) => month === 1 && day === 4).map((day) => [day.year, day]),
);

/** The week by the number of its first day, and its place in the year that most of it is in. */
function weekOf(day: Day, parts: Parts) {
  const wkst = codes.indexOf((parts['WKST'] as string | undefined) ?? 'MO') + 1;
  const startOf = (at: Day) => at.number - ((at.dayOfWeek - wkst + 7) % 7);
  const start = startOf(day);
  const { year } = dayAt(start + 3);
  // The first week has four days at least in its year.
  const first = (of: number) => startOf(fourths.get(of)!);
  const length = (first(year + 1) - first(year)) / 7;
  return { start, year, place: (start - first(year)) / 7 + 1, length };
}

function periodOf(day: Day, first: Day, parts: Parts): number {
  if (parts['FREQ'] === 'DAILY') return day.number - first.number;
  if (parts['FREQ'] === 'WEEKLY')
    return (weekOf(day, parts).start - weekOf(first, parts).start) / 7;
  if (parts['FREQ'] === 'MONTHLY') return (day.year - first.year) * 12 + day.month - first.month;
  return (parts['BYWEEKNO'] ? weekOf(day, parts).year : day.year) - first.year;
}

function isNamed(day: Day, first: Day, parts: Parts): boolean {
  const by = (name: string) => numbers(parts, name);
  if (!names(by('BYMONTH'), day.month, 12)) return false;
  if (!names(by('BYYEARDAY'), day.dayOfYear, day.daysInYear)) return false;
  if (!names(by('BYMONTHDAY'), day.day, day.daysInMonth)) return false;
  const week = by('BYWEEKNO') && weekOf(day, parts);
  if (week && !names(by('BYWEEKNO'), week.place, week.length)) return false;
  const asked = days(parts);
  if (asked) {
    const inMonth = parts['FREQ'] === 'MONTHLY' || by('BYMONTH');
    const [place, length] = inMonth ? [day.day, day.daysInMonth] : [day.dayOfYear, day.daysInYear];
    return asked.some((text) => {
      if (!text.endsWith(codes[day.dayOfWeek - 1]!)) return false;
      const ordinal = Number(text.slice(0, -2));
      if (ordinal === 0) return true;
      const nth = ordinal > 0 ? Math.ceil(place / 7) : -Math.ceil((length - place + 1) / 7);
      return nth === ordinal;
    });
  }
  // What no part says is as in the first occurrence.
  if (by('BYMONTHDAY') || by('BYYEARDAY') || parts['FREQ'] === 'DAILY') return true;
  if (parts['FREQ'] === 'WEEKLY' || by('BYWEEKNO')) return day.dayOfWeek === first.dayOfWeek;
  if (day.day !== first.day) return false;
  return parts['FREQ'] === 'MONTHLY' || by('BYMONTH') !== undefined || day.month === first.month;
}

/** The days of the rule from `first` for so many years, COUNT and UNTIL aside. */
function daysOf(parts: Parts, first: Temporal.PlainDate, years: number): Temporal.PlainDate[] {
  const from = dayAt(numberOf(first));
  const to = numberOf(first.add({ years }));
  const periods = new Map<number, Day[]>();
  // A year more on both sides, for the periods to be whole.
  for (const day of calendar.slice(from.number - 366, to + 366)) {
    const period = periodOf(day, from, parts);
    if (period < 0 || period % ((parts['INTERVAL'] as number | undefined) ?? 1) !== 0) continue;
    if (isNamed(day, from, parts)) periods.set(period, [...(periods.get(period) ?? []), day]);
  }
  return [...periods.values()]
    .flatMap((set) =>
      set.filter((_day, index) => names(numbers(parts, 'BYSETPOS'), index + 1, set.length)),
    )
    .filter(({ number }) => from.number <= number && number <= to)
    .sort((a, b) => a.number - b.number)
    .map(({ date }) => date);
}

/** All instants at which a clock in the zone shows this. */
function shown(wall: Temporal.PlainDateTime, timeZone: string): number[] {
  const near = wall.toZonedDateTime('UTC').epochMilliseconds;
  const offsets = [-26, 26].map((hours) => {
    const at = Temporal.Instant.fromEpochMilliseconds(near + hours * 3_600_000);
    return at.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1_000_000;
  });
  return [...new Set(offsets)]
    .map((offset) => near - offset)
    .filter((at) =>
      Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO(timeZone)
        .toPlainDateTime()
        .equals(wall),
    )
    .sort((a, b) => a - b);
}

const list = <T>(item: fc.Arbitrary<T>, most: number) =>
  fc.uniqueArray(item, { minLength: 1, maxLength: most });
const maybe = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined, freq: 2 });
const fromEither = (most: number) =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.constantFrom(1, -1)).map(([n, sign]) => n * sign);
const weekday = fc.constantFrom(...codes);
const nthWeekday = fc.tuple(fromEither(5), weekday).map(([nth, code]) => `${nth}${code}`);
const anyMonth = maybe(list(fc.integer({ min: 1, max: 12 }), 3));
const monthDay = maybe(list(fromEither(31), 3));
const rulesOf = (freq: string, parts: Record<string, fc.Arbitrary<Parts[string]>>) =>
  fc.record<Parts>({
    FREQ: fc.constant(freq),
    INTERVAL: maybe(fc.integer({ min: 1, max: 4 })),
    WKST: maybe(weekday),
    BYMONTH: anyMonth,
    BYSETPOS: maybe(list(fromEither(4), 2)),
    ...parts,
  });
const rules = {
  daily: rulesOf('DAILY', { BYMONTHDAY: monthDay, BYDAY: maybe(list(weekday, 5)) }),
  weekly: rulesOf('WEEKLY', { BYDAY: maybe(list(weekday, 5)) }),
  monthly: rulesOf('MONTHLY', {
    BYMONTHDAY: monthDay,
    BYDAY: maybe(list(fc.oneof(weekday, nthWeekday), 4)),
  }),
  yearly: rulesOf('YEARLY', { BYMONTHDAY: monthDay, BYDAY: maybe(list(weekday, 3)) }),
  'yearly, by months,': rulesOf('YEARLY', {
    BYMONTH: list(fc.integer({ min: 1, max: 12 }), 3),
    BYMONTHDAY: monthDay,
    BYDAY: maybe(list(fc.oneof(weekday, nthWeekday), 4)),
  }),
  'yearly, by ordinals,': rulesOf('YEARLY', { BYDAY: list(nthWeekday, 3) }),
  'yearly, by weeks,': rulesOf('YEARLY', {
    BYWEEKNO: list(
      fromEither(51).filter((week) => Math.abs(week) !== 1),
      3,
    ),
    BYDAY: maybe(list(weekday, 3)),
  }),
  'yearly, by days of the year,': rulesOf('YEARLY', { BYYEARDAY: list(fromEither(366), 3) }),
};

const zones = ['Europe/Paris', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca'];
const asked = (parts: fc.Arbitrary<Parts>) =>
  fc.record({
    parts: parts.filter(({ BYSETPOS, ...others }) =>
      BYSETPOS ? Object.entries(others).some(([name, set]) => name.startsWith('BY') && set) : true,
    ),
    from: fc
      .integer({ min: 0, max: 365 * 4 })
      .map((days) => Temporal.PlainDate.from('2024-01-01').add({ days })),
    time: fc.constantFrom('00:00', '01:30', '02:00', '02:15', '02:30', '09:00', '23:45'),
    minutes: fc.constantFrom(15, 30, 60, 150, 300, 1_500),
    timeZone: fc.constantFrom(...zones),
    count: maybe(fc.integer({ min: 1, max: 60 })),
  });
type Asked = ReturnType<typeof asked> extends fc.Arbitrary<infer T> ? T : never;

const textOf = (parts: Parts, end: string) =>
  Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .concat(end)
    .join(';');

/** The series, and what the oracle says of it; null where the rule names no day in that year. */
function foretold({ parts, from, time, minutes, timeZone, count }: Asked) {
  const first = daysOf(parts, from, 1)[0];
  if (!first) return null;
  const last = first.add({ years: 2 });
  const wall = (day: Temporal.PlainDate) => day.toPlainDateTime(time);
  const series: Series = {
    rule: textOf(parts, count ? `COUNT=${count}` : `UNTIL=${last.toString().replaceAll('-', '')}`),
    first: { startsAt: wall(first), endsAt: wall(first).add({ minutes }) },
    timeZone,
  };
  let counted = 0;
  const told: { start: string; interval: string | null }[] = [];
  for (const day of daysOf(parts, first, 2)) {
    if (count && counted === count) break;
    const [startsAt] = shown(wall(day), timeZone);
    const endsAt = shown(wall(day).add({ minutes }), timeZone).at(-1);
    if (startsAt !== undefined) counted += 1;
    const whole = startsAt !== undefined && endsAt !== undefined;
    told.push({ start: wall(day).toString(), interval: whole ? `${startsAt} ${endsAt}` : null });
  }
  // A COUNT that two years do not see the end of says nothing about the rest.
  return { series, told, counted, whole: !count || counted === count };
}

const expansion = (series: Series) =>
  expandSeries(series).occurrences?.map(({ wall, interval, problems }) => {
    expect(problems.length > 0).toBe(interval === null);
    return {
      start: wall.startsAt.toString(),
      interval: interval && `${interval.startsAt.getTime()} ${interval.endsAt.getTime()}`,
    };
  });

describe.each(Object.entries(rules))('a %s rule', (_name, parts) => {
  it('gives what a look at every day gives', () => {
    const property = fc.property(asked(parts), (one) => {
      const expected = foretold(one);
      fc.pre(expected !== null);
      if (expected.counted > 200) {
        expect(expandSeries(expected.series).refusal?.code).toBe('series.too_long');
      } else if (expected.whole) {
        expect(expansion(expected.series)).toEqual(expected.told);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('gives the same in two parts, wherever it is split', () => {
    const property = fc.property(asked(parts), fc.nat(), (one, place) => {
      const expected = foretold(one);
      fc.pre(expected !== null && expected.whole && expected.counted <= 200);
      const { series, told } = expected;
      const except = told
        .filter((_occurrence, index) => index % 3 === 1)
        .map(({ start }) => Temporal.PlainDateTime.from(start));
      const at = Temporal.PlainDateTime.from(told[place % told.length]?.start ?? '');
      const { before, following, refusal } = splitSeries({ ...series, except }, at);
      expect(refusal).toBeUndefined();
      const parted = [before, following].flatMap((part) => (part && expansion(part)) ?? []);
      expect(parted).toEqual(expansion({ ...series, except }));
    });
    fc.assert(property, { numRuns: 30 });
  });
});
