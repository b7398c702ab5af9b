import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { WallClock } from './wall-clock.js';

const hourMs = 3_600_000;
const from = Date.UTC(2020, 0, 1);
const to = Date.UTC(2032, 0, 1);

/** Instants to the second, half of them within hours of a change of that zone’s clocks. */
function instants(timeZone: string): fc.Arbitrary<number> {
  const changes: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from)
    .toZonedDateTimeISO(timeZone)
    .getTimeZoneTransition('next');
  for (; at && at.epochMilliseconds < to; at = at.getTimeZoneTransition('next'))
    changes.push(at.epochMilliseconds);
  const anywhere = fc.integer({ min: from / 1_000, max: to / 1_000 }).map((s) => s * 1_000);
  if (changes.length === 0) return anywhere;
  const near = fc.tuple(
    fc.constantFrom(...changes),
    fc.integer({ min: -3 * 3_600, max: 3 * 3_600 }).map((s) => s * 1_000),
  );
  return fc.oneof(
    anywhere,
    near.map(([change, by]) => Math.min(to, Math.max(from, change + by))),
  );
}

describe('the clock of a zone', () => {
  it.each([
    'Europe/Paris',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kolkata',
  ])('shows in %s what Temporal says, and names the same instants', (timeZone) => {
    const clock = new WallClock(timeZone, new Date(from), new Date(to));
    fc.assert(
      fc.property(instants(timeZone), (instant) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
        const wall = zoned.toPlainDateTime();
        expect(clock.wallValue(new Date(instant))).toBe(
          wall.toString({ smallestUnit: 'second' }).replace(/[-:]/g, ''),
        );
        const named = wall.toZonedDateTime(timeZone).epochMilliseconds === instant;
        expect(clock.names(new Date(instant))).toBe(named);
      }),
      { numRuns: 500 },
    );
  });

  it('knows a repeated hour at the very start of its span', () => {
    const second = new Date('2027-10-31T01:30:00Z');
    const clock = new WallClock('Europe/Paris', second, new Date(second.getTime() + hourMs));
    expect(clock.wallValue(second)).toBe('20271031T023000');
    expect(clock.names(second)).toBe(false);
    expect(clock.names(new Date(second.getTime() + hourMs / 2))).toBe(true);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => new WallClock('Europe/Lens', new Date(from), new Date(to))).toThrow(RangeError);
  });
});
