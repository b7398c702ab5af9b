import { z } from 'zod';
import type { Delivered, FileDelivery, HttpAnswer } from '../driver.js';
import { below } from '../shared/config-fields.js';
import type { MoonrakerConfig } from './config.js';

const stored = z.object({
  item: z.object({ path: z.string() }),
  print_started: z.boolean().optional(),
  print_queued: z.boolean().optional(),
});
const refusal = z.object({ error: z.object({ message: z.string() }) });

/** `POST /server/files/upload`; Moonraker checks the SHA-256 itself. */
export const moonrakerDelivery: FileDelivery<MoonrakerConfig> = {
  upload: ({ sha256 }, config) => ({
    url: below(config.url, 'server/files/upload'),
    headers: authorisation(config),
    fields: [
      ['root', 'gcodes'],
      ['checksum', sha256],
      ['print', 'false'],
    ],
    fileField: 'file',
  }),

  outcome(answer, file): Delivered {
    const { status } = answer;
    if (status === 201) {
      const said = stored.safeParse(jsonOf(answer));
      if (!said.success) return again('Moonraker answered in words that nobody knows');
      if (said.data.print_started || said.data.print_queued)
        return refused('Moonraker began to print the file by itself');
      if (said.data.item.path !== file.name)
        return refused('Moonraker stored the file under another name');
      return { is: 'staged' };
    }
    if (status === 422) return again('the file arrived damaged');
    if (status === 401) return refused('Moonraker does not accept our key');
    const said = refusal.safeParse(jsonOf(answer));
    const why = said.success ? `: ${said.data.error.message.slice(0, 200)}` : '';
    const reason = `Moonraker did not take the file (${status}${why})`;
    return status >= 500 || status === 429 ? again(reason) : refused(reason);
  },
};

function authorisation({ apiKey }: MoonrakerConfig): Record<string, string> {
  return apiKey === undefined ? {} : { 'x-api-key': apiKey };
}

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

function again(reason: string): Delivered {
  return { is: 'again', reason };
}

function refused(reason: string): Delivered {
  return { is: 'refused', reason };
}
