/** History routing without a library: the address is the state. */
class Router {
  path = $state(location.pathname);
  query = $state(location.search);
  /** Counts navigations, so that a page title takes the focus, but not on the first load. */
  moves = $state(0);

  start(): () => void {
    const onPop = () => this.#read();
    const onClick = (event: MouseEvent) => this.#follow(event);
    window.addEventListener('popstate', onPop);
    document.addEventListener('click', onClick);
    return () => {
      window.removeEventListener('popstate', onPop);
      document.removeEventListener('click', onClick);
    };
  }

  go(to: string, how: 'push' | 'replace' = 'push'): void {
    if (to === location.pathname + location.search) return;
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', to);
    this.#read();
    window.scrollTo(0, 0);
  }

  /** The same page in another state: nobody is taken elsewhere. */
  refine(query: Record<string, string>): void {
    history.replaceState(null, '', `${location.pathname}?${new URLSearchParams(query).toString()}`);
    this.query = location.search;
  }

  /** The parts of the path after `prefix`, or null when the path is another one. */
  match(pattern: string): Record<string, string> | null {
    const wanted = pattern.split('/');
    const parts = this.path.replace(/(?<=.)\/$/, '').split('/');
    if (wanted.length !== parts.length) return null;
    const found: Record<string, string> = {};
    for (const [index, want] of wanted.entries()) {
      const part = parts[index] ?? '';
      if (want.startsWith(':')) found[want.slice(1)] = part;
      else if (want !== part) return null;
    }
    return found;
  }

  #read(): void {
    this.path = location.pathname;
    this.query = location.search;
    this.moves += 1;
  }

  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || url.hash !== '' || url.pathname.startsWith('/api/'))
      return;
    event.preventDefault();
    this.go(url.pathname + url.search);
  }
}

export const router = new Router();
