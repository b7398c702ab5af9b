import { api, bodyOf } from './client';
import type { Interval, Machine } from './types';

export const listLabs = () => bodyOf(api.GET('/api/v1/labs'));

export const listMachines = () => bodyOf(api.GET('/api/v1/machines'));

export const readMachine = (id: string) =>
  bodyOf(api.GET('/api/v1/machines/{id}', { params: { path: { id } } }));

/** `duration` is ISO 8601; `slots` are the starts that fit it, `open` what is free. */
export const readAvailability = (id: string, window: Interval, duration: string) =>
  bodyOf(
    api.GET('/api/v1/machines/{id}/availability', {
      params: { path: { id }, query: { from: window.startsAt, to: window.endsAt, duration } },
    }),
  );

/** Someone has looked: the bed is empty, the next job may start. */
export const clearBed = ({ id }: Machine) =>
  bodyOf(api.POST('/api/v1/machines/{id}/clear', { params: { path: { id } }, body: {} }));
