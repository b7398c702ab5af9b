import type { TestApp } from '../support/app.js';
import { settled } from '../support/settled.js';
import { aimed } from './aim.js';
import { closuresAt, emptied, trained } from './ground.js';
import { differences, freeDifferences, learn, maskedDifferences, seen } from './look.js';
import { ask, nextDue, settledWorlds } from './model.js';
import type { Move } from './moves.js';
import type { Request } from './request.js';
import { hour, minute, readable, second, shown } from './wall.js';
import type { Heard, Wire } from './wire.js';
import { copyOf, machineNames, newWorld } from './world.js';
import type { World } from './world.js';

/** How often each kind of request had each answer. */
export type Tally = Map<string, number>;

/** One random life of a lab: every step is done in the application and in the model, and compared. */
export class Run {
  private world: World;
  private readonly story: string[] = [];
  private readonly texts = new Map<number, string>();

  constructor(
    private readonly app: TestApp,
    private readonly wire: Wire,
    private readonly start: number,
    private readonly tally: Tally,
  ) {
    this.world = newWorld({ now: start, closures: closuresAt(start), trained });
  }

  async live(moves: readonly Move[]): Promise<void> {
    await settled(this.app);
    await emptied(this.app, this.wire.places, this.world.closures);
    await this.app.time.to(new Date(this.start));
    try {
      for (const move of moves) await this.step(move);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}\n\nWhat happened:\n${this.story.slice(-60).join('\n')}\n`, {
        cause: error,
      });
    }
  }

  private async step(move: Move): Promise<void> {
    await this.pass(this.world.now + move.pause * second);
    if (move.kind === 'wait') {
      await this.pass(this.until(move));
      this.count('wait');
    } else {
      const request = aimed(this.world, move) ?? aimed(this.world, { ...move, kind: 'place' });
      if (request) await this.ask(request);
    }
    await this.look();
    await this.sample(move);
  }

  private async ask(request: Request): Promise<void> {
    this.tell(readable(JSON.stringify(request)));
    const { key, ...expected } = ask(this.world, request);
    const heard = await this.wire.hear(request);
    const { status, code, violations } = heard;
    const said = JSON.stringify({ status, code, violations });
    this.tell(`  → ${status} ${code ?? ''} ${violations?.join() ?? ''}`);
    const { status: likely, code: why, violations: broken } = expected;
    if (said !== JSON.stringify({ status: likely, code: why, violations: broken })) {
      throw new Error(`expected ${JSON.stringify(expected)}\nheard ${said}\n${heard.text}`);
    }
    if (key !== undefined && heard.id !== null) this.wire.places.ids.set(key, heard.id);
    this.count(`${request.ask} ${status} ${violations?.join('+') ?? code ?? ''}`);
    this.expectAlternatives(request, heard);
    await this.settle();
  }

  /** What is offered instead, by a refusal that left the world as it was, would be accepted. */
  private expectAlternatives(request: Request, { alternatives }: Heard): void {
    if (request.ask !== 'place' && request.ask !== 'change') return;
    const { world } = this;
    for (const { machineId, startsAt, endsAt } of alternatives) {
      const [machine = ''] =
        [...this.wire.places.machines].find(([, id]) => id === machineId) ?? [];
      const [from, to] = [Date.parse(startsAt), Date.parse(endsAt)];
      const plain = { from, override: false, why: false };
      const entry = world.entries.find(({ key }) => 'key' in request && key === request.key);
      const instead: Request =
        request.ask === 'change' && entry?.machine === machine
          ? { ...request, ...plain, to, length: null }
          : {
              ...{ by: request.by, purpose: null, asLength: false, project: false },
              ...(request.ask === 'place'
                ? request
                : { by: 'marc', forWhom: entry?.owner ?? null, project: entry?.project ?? false }),
              ...plain,
              ask: 'place',
              machine,
              length: to - from,
              forWhom: request.ask === 'place' ? request.forWhom : (entry?.owner ?? null),
            };
      const answer = ask(copyOf(world), instead);
      this.count(`alternative ${answer.status}`);
      if (answer.status >= 300) {
        throw new Error(
          `offered ${machine} ${shown(from)} to ${shown(to)}, which would be ${JSON.stringify(answer)}`,
        );
      }
    }
  }

  private until({ how, where }: Move): number {
    const { now } = this.world;
    const due = nextDue(this.world) ?? now + hour;
    const later = [5 * second, 5 * minute, 15 * minute, hour, 3 * hour, 12 * hour, 30 * hour];
    if (how % 4 === 0) return due - second;
    if (how % 4 === 1) return due;
    return now + (later[where % later.length] ?? 0);
  }

  /** Stops wherever something is due, so that things happen in their order. */
  private async pass(until: number): Promise<void> {
    for (;;) {
      const due = nextDue(this.world);
      if (due === null || due > until) break;
      await this.clockShows(Math.max(due, this.world.now));
      await this.settle();
      await this.look();
    }
    if (until > this.world.now) await this.clockShows(until);
  }

  private async clockShows(at: number): Promise<void> {
    this.world.now = at;
    this.tell(shown(at));
    await this.app.time.to(new Date(at));
  }

  /** The model and the application do what is due. */
  private async settle(): Promise<void> {
    const worlds = settledWorlds(this.world);
    const [first] = worlds;
    if (!first) throw new Error('no world is left');
    await settled(this.app);
    this.world = first;
    if (worlds.length === 1) return;
    const now = await seen(this.wire, first);
    this.world = worlds.find((one) => differences(this.wire, one, now).length === 0) ?? first;
  }

  private async look(): Promise<void> {
    const now = await seen(this.wire, this.world);
    this.expectNone(differences(this.wire, this.world, now));
    learn(this.wire, this.world, now, this.texts);
  }

  /** The free time of one machine, or how the calendar looks to a member. */
  private async sample({ pick, where, how, size }: Move): Promise<void> {
    if (how % 6 === 1)
      this.expectNone(
        await maskedDifferences(this.wire, this.world, where % 2 === 0 ? 'ana' : 'ben'),
      );
    if (how % 2 === 1) return;
    const { now } = this.world;
    const from = now + (where % 5 === 0 ? ((where % 60) - 15) * 11 * minute : 0);
    const asked = {
      machine: machineNames[pick % machineNames.length] ?? '',
      from,
      to: from + ((how % 40) + 1) * hour,
      length: ((size % 8) + 1) * 15 * minute,
    };
    this.expectNone(await freeDifferences(this.wire, this.world, asked));
  }

  private expectNone(found: readonly string[]): void {
    if (found.length > 0) throw new Error(`the calendar differs\n${readable(found.join('\n'))}`);
  }

  private tell(line: string): void {
    this.story.push(line);
  }

  private count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
}
