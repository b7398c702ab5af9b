/**
 * When the control that has the focus goes away, as a button does once it has done its work, the
 * nearest part of the page around it takes the focus. Otherwise the reader is back at the top.
 */
export function keepFocus(root: HTMLElement): () => void {
  let control: EventTarget | null = null;
  let around: HTMLElement[] = [];

  const onFocus = (event: FocusEvent) => {
    control = event.target;
    around = event
      .composedPath()
      .filter((one) => one instanceof HTMLElement)
      .filter((one) => one.matches('section, article, main'));
  };
  const observer = new MutationObserver(() => {
    if (!(control instanceof HTMLElement) || control.isConnected) return;
    control = null;
    if (document.activeElement !== document.body) return;
    const nearest = around.find((one) => one.isConnected);
    if (nearest === undefined) return;
    nearest.tabIndex = -1;
    nearest.focus({ preventScroll: true });
  });

  root.addEventListener('focusin', onFocus);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', onFocus);
    observer.disconnect();
  };
}
