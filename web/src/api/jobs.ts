import { api, bodyOf } from './client';
import type { Outcome } from './types';

export const listJobs = (limit: number) =>
  bodyOf(api.GET('/api/v1/jobs', { params: { query: { limit } } }));

const of = (id: string) => ({ params: { path: { id } } });

export const readJob = (id: string) => bodyOf(api.GET('/api/v1/jobs/{id}', of(id)));

export const listProposals = (id: string, from: string | null) =>
  bodyOf(
    api.GET('/api/v1/jobs/{id}/proposals', {
      params: { path: { id }, query: from === null ? {} : { from } },
    }),
  );

export const bookJob = (id: string, machineId: string, startsAt: string) =>
  bodyOf(api.POST('/api/v1/jobs/{id}/book', { ...of(id), body: { machineId, startsAt } }));

export const approveJob = (id: string) => bodyOf(api.POST('/api/v1/jobs/{id}/approve', of(id)));

export const rejectJob = (id: string, reason: string) =>
  bodyOf(api.POST('/api/v1/jobs/{id}/reject', { ...of(id), body: { reason } }));

export const startJob = (id: string) => bodyOf(api.POST('/api/v1/jobs/{id}/start', of(id)));

export const pauseJob = (id: string) => bodyOf(api.POST('/api/v1/jobs/{id}/pause', of(id)));

export const resumeJob = (id: string) => bodyOf(api.POST('/api/v1/jobs/{id}/resume', of(id)));

export const cancelJob = (id: string) =>
  bodyOf(api.POST('/api/v1/jobs/{id}/cancel', { ...of(id), body: {} }));

/** Settles a job whose fate the machine did not report. */
export const resolveJob = (id: string, outcome: Outcome) =>
  bodyOf(api.POST('/api/v1/jobs/{id}/resolve', { ...of(id), body: { outcome } }));

export const listQueue = () => bodyOf(api.GET('/api/v1/queue'));
