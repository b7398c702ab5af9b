import { api, bodyOf } from './client';

/** Staff only. Finds by name or address; accents and case do not matter. */
export const findMembers = (search: string, limit: number) =>
  bodyOf(api.GET('/api/v1/members', { params: { query: { search, limit } } }));

const pageSize = 200;

/** The reader's own; all of them for staff. */
export const listProjects = () =>
  bodyOf(api.GET('/api/v1/projects', { params: { query: { limit: pageSize } } }));
