export interface Notice {
  id: number;
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
    const id = ++this.#count;
    this.current = { id, text, undo };
    if (forMs !== null) setTimeout(() => this.close(id), forMs);
  }

  close(id: number): void {
    if (this.current?.id === id) this.current = null;
  }
}

export const notices = new Notices();
