/** Only a path of this site: a link with another target must not send the member elsewhere. */
export function safeTarget(query: string): string {
  const to = new URLSearchParams(query).get('to') ?? '';
  return /^\/(?![/\\])/.test(to) ? to : '/machines';
}
