import { z } from 'zod';
import { controllerUrl, secret, topicLevel } from '../shared/config-fields.js';

export const moonrakerConfig = z.strictObject({
  /** Where Moonraker answers by HTTP. */
  url: controllerUrl,
  /** `instance_name` of its section `[mqtt]`. */
  instance: topicLevel,
  /** Left out: Moonraker trusts our address. */
  apiKey: secret.optional(),
});

export type MoonrakerConfig = z.infer<typeof moonrakerConfig>;
