import { api, bodyOf } from './client';

const pageSize = 50;

/** What was told and not read yet, newest first. */
export const listUnread = () =>
  bodyOf(
    api.GET('/api/v1/notifications', { params: { query: { unread: 'true', limit: pageSize } } }),
  );

export const markRead = (id: string) =>
  bodyOf(api.POST('/api/v1/notifications/{id}/read', { params: { path: { id } } }));
