import { Clock } from '../../src/platform/clock/clock.js';

/** The system's clock, which a test may put forward. */
export class TestClock extends Clock {
  private aheadMs = 0;

  override now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  advance(seconds: number): void {
    this.aheadMs += seconds * 1_000;
  }
}
