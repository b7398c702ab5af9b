import { locale } from '../stores/locale.svelte';
import { reportSignedOut, unreachable } from './client';
import { ApiProblem } from './problem';
import type { paths } from './schema';
import type { Job, JobForm } from './types';

const address = '/api/v1/jobs' satisfies keyof paths;

/** What the form asks for; empty where the member leaves it to the file. */
export interface JobRequest {
  machineType: NonNullable<JobForm['machineType']> | '';
  machineId: string;
  material: string;
  copies: number;
  notes: string;
}

export interface Upload {
  /** Null after `abort`; rejects with ApiProblem. */
  done: Promise<Job | null>;
  abort: () => void;
}

/** Sends a job file. XMLHttpRequest, because fetch does not report how much has been sent. */
export function uploadJob(
  file: File,
  wanted: JobRequest,
  onProgress: (sent: number) => void,
): Upload {
  const xhr = new XMLHttpRequest();
  const done = new Promise<Job | null>((resolve, reject) => {
    xhr.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    xhr.addEventListener('load', () => {
      const body = parse(xhr.responseText);
      if (xhr.status >= 200 && xhr.status < 300) return resolve(body as Job);
      if (xhr.status === 401) reportSignedOut();
      return reject(new ApiProblem(xhr.status, body, xhr.getResponseHeader('Retry-After')));
    });
    xhr.addEventListener('error', () => reject(unreachable()));
    xhr.addEventListener('abort', () => resolve(null));
    xhr.open('POST', address);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.setRequestHeader('Accept-Language', locale.current);
    xhr.send(formOf(file, wanted));
  });
  return { done, abort: () => xhr.abort() };
}

/** The fields come before the file: the server streams the file as soon as it meets it. */
function formOf(file: File, wanted: JobRequest): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(wanted))
    if (value !== '') form.append(name, String(value));
  form.append('file', file);
  return form;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
