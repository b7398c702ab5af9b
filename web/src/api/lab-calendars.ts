import { api, bodyOf } from './client';

const pageSize = 50;
const inLab = (id: string) => ({ params: { path: { id } } });
const one = (id: string, calendarId: string) => ({ params: { path: { id, calendarId } } });

/** As many as a lab may have. */
export const listCalendars = (labId: string) =>
  bodyOf(
    api.GET('/api/v1/labs/{id}/calendars', {
      params: { ...inLab(labId).params, query: { limit: pageSize } },
    }),
  );

export const readCalendar = (labId: string, id: string) =>
  bodyOf(api.GET('/api/v1/labs/{id}/calendars/{calendarId}', one(labId, id)));

export interface NewCalendar {
  name: string;
  /** Null: the whole lab is closed. */
  machineId: string | null;
  /** An address, read again every few hours; or a file, read once. */
  source: string | File;
}

export const addCalendar = (labId: string, { name, machineId, source }: NewCalendar) => {
  const about = { name, ...(machineId === null ? {} : { machineId }) };
  return bodyOf(
    api.POST('/api/v1/labs/{id}/calendars', {
      ...inLab(labId),
      ...(typeof source === 'string'
        ? { body: { ...about, url: source } }
        : { body: about, bodySerializer: (fields) => formOf(fields, source) }),
    }),
  );
};

/** The fields come before the file: the server reads them in that order. */
function formOf(fields: Record<string, string | undefined>, file: File): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  form.append('file', file);
  return form;
}

/** Reads its address again, now. */
export const refreshCalendar = (labId: string, id: string) =>
  bodyOf(api.POST('/api/v1/labs/{id}/calendars/{calendarId}/refresh', one(labId, id)));

/** Its closures go with it. */
export async function removeCalendar(labId: string, id: string): Promise<void> {
  await api.DELETE('/api/v1/labs/{id}/calendars/{calendarId}', one(labId, id));
}
