import { listUnread, markRead } from '../api/notifications';
import { listMyWishes } from '../api/waiting-list';
import { ApiProblem } from '../api/problem';
import type { Notification, Wish } from '../api/types';

/** Several events come of one deed. */
const delayMs = 200;

/** What the reader was told and has not read, and the time they wait for. */
class Inbox {
  unread = $state.raw<Notification[]>([]);
  wishes = $state.raw<Wish[]>([]);
  loaded = $state(false);
  problem = $state<ApiProblem | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    try {
      const [told, wishes] = await Promise.all([listUnread(), listMyWishes()]);
      this.unread = told.items;
      this.wishes = wishes.items.filter(({ state }) => state === 'waiting' || state === 'offered');
      this.problem = null;
      this.loaded = true;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.problem = error;
    }
  }

  refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), delayMs);
  }

  /** Puts a wish in its place, or takes it out once nothing more comes of it. */
  put(wish: Wish): void {
    const others = this.wishes.filter(({ id }) => id !== wish.id);
    this.wishes = wish.state === 'waiting' || wish.state === 'offered' ? [...others, wish] : others;
  }

  drop(wishId: string): void {
    this.wishes = this.wishes.filter(({ id }) => id !== wishId);
  }

  async read(id: string): Promise<void> {
    await markRead(id);
    this.unread = this.unread.filter((one) => one.id !== id);
  }

  /** An offer that is answered has nothing more to tell. */
  async readAbout(wishId: string): Promise<void> {
    for (const { id, facts } of this.unread) if (facts['wishId'] === wishId) await this.read(id);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.unread = [];
    this.wishes = [];
    this.loaded = false;
    this.problem = null;
  }
}

export const inbox = new Inbox();
