/** A wrong clock on the device is corrected from this many milliseconds on. */
const tolerated = 5_000;

/** The server's time in milliseconds, counted on every second so that what shows it never freezes. */
class Clock {
  now = $state(Date.now());
  #skew = 0;

  start(): () => void {
    const timer = setInterval(() => this.#tick(), 1_000);
    return () => clearInterval(timer);
  }

  /** `date` is the Date header of an answer; it is exact to a second only. */
  learn(date: string | null): void {
    const skew = Date.parse(date ?? '') - Date.now();
    if (Number.isNaN(skew)) return;
    this.#skew = Math.abs(skew) > tolerated ? skew : 0;
    this.#tick();
  }

  #tick(): void {
    this.now = Date.now() + this.#skew;
  }
}

export const clock = new Clock();
