import { ApiProblem } from '../api/problem';
import * as api from '../api/session';
import { onSignedOut } from '../api/client';
import type { Member } from '../api/types';
import { locale } from './locale.svelte';

class Session {
  member = $state<Member | null>(null);
  /** False until the first answer: neither the sign-in nor a page is shown before. */
  known = $state(false);
  problem = $state<ApiProblem | null>(null);

  constructor() {
    onSignedOut(() => (this.member = null));
  }

  get isManager(): boolean {
    return this.member?.role === 'lab_manager' || this.member?.role === 'administrator';
  }

  async restore(): Promise<void> {
    this.problem = null;
    try {
      this.#enter((await api.readSession()).member);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) this.member = null;
      else if (error instanceof ApiProblem) this.problem = error;
      else throw error;
    } finally {
      this.known = true;
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#enter((await api.signIn(email, password)).member);
  }

  async signOut(): Promise<void> {
    await api.signOut();
    this.member = null;
  }

  #enter(member: Member): void {
    this.member = member;
    locale.suggest(member.locale);
  }
}

export const session = new Session();
