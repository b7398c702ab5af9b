import { z } from 'zod';

/** Where a controller's own HTTP interface is, perhaps below a path. */
export const controllerUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return `${username}${password}${search}${hash}` === '';
  }, 'no credentials, query or fragment');

/**
 * The first level of a machine's topics. One level, so that no machine's prefix lies within
 * another's; `creneau` is ours.
 */
export const topicLevel = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
  .refine((level) => level.toLowerCase() !== 'creneau');

export const secret = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[\x21-\x7e]+$/);

export function below(baseUrl: string, path: string): string {
  return new URL(path, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`).toString();
}
