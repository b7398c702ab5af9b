export interface Notice {
  id: number;
  tone: 'good' | 'warn';
  text: string;
  undo: { label: string; run: () => void } | null;
}

/** How long a notice without an action stays; one with an action stays for as long as it says. */
const shownFor = 8_000;

/** Results, spoken by the live region and shown at the foot of the page. */
class Notices {
  current = $state<Notice | null>(null);
  #count = 0;

  say(text: string, undo: Notice['undo'] = null, forMs = undo === null ? shownFor : null): void {
    this.#show({ tone: 'good', text, undo }, forMs);
  }

  /** What did not come about. */
  warn(text: string): void {
    this.#show({ tone: 'warn', text, undo: null }, shownFor);
  }

  close(id: number): void {
    if (this.current?.id === id) this.current = null;
  }

  #show(notice: Omit<Notice, 'id'>, forMs: number | null): void {
    const id = ++this.#count;
    this.current = { id, ...notice };
    if (forMs !== null) setTimeout(() => this.close(id), forMs);
  }
}

export const notices = new Notices();
