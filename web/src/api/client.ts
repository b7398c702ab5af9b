import createClient from 'openapi-fetch';
import type { Middleware } from 'openapi-fetch';
import { m } from '../paraglide/messages.js';
import { clock } from '../stores/clock.svelte';
import { locale } from '../stores/locale.svelte';
import { ApiProblem } from './problem';
import type { paths } from './schema';

let whenSignedOut: () => void = () => undefined;

/** Called on any 401 except that of the sign-in itself. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener;
}

export function reportSignedOut(): void {
  whenSignedOut();
}

export function unreachable(): ApiProblem {
  return new ApiProblem(0, {
    code: 'network.unreachable',
    title: m.problem_unreachable_title(),
    detail: m.problem_unreachable_detail(),
  });
}

const language: Middleware = {
  onRequest: ({ request }) => request.headers.set('Accept-Language', locale.current),
};

const time: Middleware = {
  onResponse: ({ response }) => clock.learn(response.headers.get('Date')),
};

/** Every refusal is thrown as ApiProblem, also when no answer arrives (`status` 0). */
const problems: Middleware = {
  onError: unreachable,
  async onResponse({ response }) {
    if (response.ok) return;
    const document: unknown = await response.json().catch(() => null);
    const problem = new ApiProblem(response.status, document, response.headers.get('Retry-After'));
    if (problem.status === 401 && problem.code !== 'session.invalid') reportSignedOut();
    throw problem;
  },
};

export const api = createClient<paths>();
// The last one sees the answer first: `problems` ends the way of a refusal.
api.use(problems, time, language);

/** The body of an answer; `problems` has thrown when there is none to give. */
export async function bodyOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
