/** The instant now, injected so that tests may set it. PostgreSQL's clock decides what is stored. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
