import { pulled, type Ghost, type Grid, type Grip, type Span } from './ghost';

export interface Held {
  grip: Grip;
  machineId: string;
  bookingId: string | null;
  origin: Span;
  grid: Grid;
}

export interface Hands {
  /** What a press on this element takes hold of; null where there is nothing to take. */
  hold: (target: Element, x: number) => Held | null;
  /** The instant under a horizontal position of the track. */
  at: (x: number, track: DOMRect) => number;
  /** Null when the drag is given up. */
  show: (ghost: Ghost | null) => void;
  drop: (ghost: Ghost) => void;
}

/** Below this many pixels a press is a click. */
const slack = 5;
/** A finger that rests this long takes hold; before that it scrolls. */
const longPressMs = 400;
/** Near the edge the calendar runs along. */
const edge = 48;

/** Drawing and pulling with mouse, pen or finger. Everything it does, the keyboard does too. */
export function draggable(hands: Hands): (node: HTMLElement) => () => void {
  return (node) => {
    let held: (Held & { track: Element; anchor: number; x: number; y: number }) | null = null;
    let active = false;
    let press: ReturnType<typeof setTimeout> | undefined;
    let last: Ghost | null = null;

    const end = () => {
      clearTimeout(press);
      held = null;
      active = false;
      last = null;
    };

    const begin = (pointerId: number) => {
      active = true;
      node.setPointerCapture(pointerId);
    };

    const follow = (x: number) => {
      if (held === null) return;
      const at = hands.at(x, held.track.getBoundingClientRect());
      const span = pulled(held.grip, held.origin, held.anchor, at, held.grid);
      last = { ...span, machineId: held.machineId, bookingId: held.bookingId };
      hands.show(last);
      const box = node.getBoundingClientRect();
      if (x > box.right - edge) node.scrollLeft += 12;
      else if (x < held.track.getBoundingClientRect().left + node.scrollLeft + edge)
        node.scrollLeft -= 12;
    };

    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || !event.isPrimary || !(event.target instanceof Element)) return;
      const track = event.target.closest('[data-track]');
      const found = track === null ? null : hands.hold(event.target, event.clientX);
      if (track === null || found === null) return;
      const anchor = hands.at(event.clientX, track.getBoundingClientRect());
      held = { ...found, track, anchor, x: event.clientX, y: event.clientY };
      const { pointerId, pointerType, clientX } = event;
      if (pointerType !== 'mouse')
        press = setTimeout(() => {
          begin(pointerId);
          follow(clientX);
        }, longPressMs);
    };

    const onMove = (event: PointerEvent) => {
      if (held === null) return;
      if (!active) {
        const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > slack;
        if (!far) return;
        if (event.pointerType !== 'mouse') return end();
        begin(event.pointerId);
      }
      follow(event.clientX);
    };

    const onUp = () => {
      const [done, wasActive] = [last, active];
      end();
      if (wasActive && done !== null) hands.drop(done);
    };

    const giveUp = () => {
      const wasActive = active;
      end();
      if (wasActive) hands.show(null);
    };

    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && active) giveUp();
    };

    // Once a finger holds something, the page stays where it is; what already scrolls cannot be held.
    const onTouch = (event: TouchEvent) => {
      if (active && event.cancelable) event.preventDefault();
    };
    const onMenu = (event: Event) => {
      if (held !== null) event.preventDefault();
    };

    node.addEventListener('pointerdown', onDown);
    node.addEventListener('pointermove', onMove);
    node.addEventListener('pointerup', onUp);
    node.addEventListener('pointercancel', giveUp);
    node.addEventListener('touchmove', onTouch, { passive: false });
    node.addEventListener('contextmenu', onMenu);
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(press);
      node.removeEventListener('pointerdown', onDown);
      node.removeEventListener('pointermove', onMove);
      node.removeEventListener('pointerup', onUp);
      node.removeEventListener('pointercancel', giveUp);
      node.removeEventListener('touchmove', onTouch);
      node.removeEventListener('contextmenu', onMenu);
      window.removeEventListener('keydown', onKey);
    };
  };
}
