import { api, bodyOf } from './client';

export const readSession = () => bodyOf(api.GET('/api/v1/session'));

export const signIn = (email: string, password: string) =>
  bodyOf(api.POST('/api/v1/session', { body: { email, password } }));

export const signOut = () => bodyOf(api.DELETE('/api/v1/session'));
