import { api, bodyOf } from './client';
import type { NewWish } from './types';

const pageSize = 200;

export const addWish = (wish: NewWish) => bodyOf(api.POST('/api/v1/waiting-list', { body: wish }));

/** The reader's own wishes that still wait or are offered a slot. */
export const listMyWishes = () =>
  bodyOf(
    api.GET('/api/v1/waiting-list', {
      params: { query: { memberId: 'me', state: ['waiting', 'offered'], limit: pageSize } },
    }),
  );

/** Staff see those of everybody. */
export const listWaiting = () =>
  bodyOf(
    api.GET('/api/v1/waiting-list', { params: { query: { state: ['waiting'], limit: pageSize } } }),
  );

const of = (id: string) => ({ params: { path: { id } } });

export const takeOffer = (id: string) => bodyOf(api.POST('/api/v1/waiting-list/{id}/take', of(id)));

/** The slot goes to the next in line; the wish stays in it, for other time. */
export const declineOffer = (id: string) =>
  bodyOf(api.POST('/api/v1/waiting-list/{id}/decline', of(id)));

export const withdrawWish = async (id: string): Promise<void> => {
  await api.DELETE('/api/v1/waiting-list/{id}', of(id));
};
