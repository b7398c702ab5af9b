export interface ParkedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retained: boolean;
}

/** A flood under invented names must cost neither memory nor the database. */
const most = 1_000;
const lookEveryMs = 1_000;

/**
 * Messages under a name that is not known yet: a machine that was just added may speak before
 * this gateway has heard of it. They wait for one look at the catalogue.
 */
export class ParkedMessages {
  private waiting: ParkedMessage[] = [];
  private timer: NodeJS.Timeout | null = null;
  private lookedAt = -Infinity;

  /**
   * @param look loads the catalogue
   * @param after takes every parked message once it was loaded
   */
  constructor(
    private readonly look: () => Promise<void>,
    private readonly after: (message: ParkedMessage) => void,
  ) {}

  /** False when no more may wait. */
  park(message: ParkedMessage): boolean {
    if (this.waiting.length >= most) return false;
    this.waiting.push(message);
    const wait = Math.max(0, this.lookedAt + lookEveryMs - performance.now());
    this.timer ??= setTimeout(() => void this.release(), wait);
    return true;
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private async release(): Promise<void> {
    await this.look();
    this.lookedAt = performance.now();
    this.timer = null;
    for (const message of this.waiting.splice(0)) this.after(message);
  }
}
