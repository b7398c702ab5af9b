/** MQTT 3.1.1, 4.7: `+` stands for one level, `#` at the end for any rest, also an empty one. */
export function matches(filter: string, topic: string): boolean {
  return covers(filter, topic);
}

/** Whether every topic that `requested` (a topic or a filter) can name is within `allowed`. */
export function covers(allowed: string, requested: string): boolean {
  const rights = allowed.split('/');
  const wanted = requested.split('/');
  // Wildcards at the first level never reach the broker's own topics.
  if (wanted[0]?.startsWith('$') && rights[0] !== wanted[0]) return false;
  for (let level = 0; ; level += 1) {
    const right = rights[level];
    const want = wanted[level];
    if (right === '#') return true;
    if (right === undefined || want === undefined) return right === undefined && want === undefined;
    if (want === '#') return false;
    if (right === '+') continue;
    if (right !== want) return false;
  }
}
