/** Where the bare subscriber tells how many messages it has read. */
export function seenTopic(lab: string): string {
  return `bare/v1/${lab}/seen`;
}
