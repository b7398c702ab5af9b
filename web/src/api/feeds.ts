import { api, bodyOf } from './client';
import type { WantedFeed } from './types';

export const listFeeds = () =>
  bodyOf(api.GET('/api/v1/feeds', { params: { query: { limit: 200 } } }));

/** The answer alone has the address. */
export const makeFeed = (body: WantedFeed) => bodyOf(api.POST('/api/v1/feeds', { body }));

export async function revokeFeed(id: string): Promise<void> {
  await api.DELETE('/api/v1/feeds/{id}', { params: { path: { id } } });
}
