import type { Slot } from '../bookings/availability.js';
import type { Language } from '../platform/problems/problem.js';
import { worded } from './notification-words.js';
import type { NotificationRow } from './notifications.js';
import type { NotificationDto } from './notifications.dto.js';

export function notificationView(
  row: NotificationRow,
  language: Language,
  alternatives: readonly Slot[] = [],
): NotificationDto {
  return {
    id: row.id,
    kind: row.kind,
    subject: { kind: row.subjectKind, id: row.subjectId },
    ...worded(row.kind, row.facts, language, row.timeZone),
    facts: { ...row.facts },
    alternatives: alternatives.map(({ machineId, startsAt, endsAt }) => ({
      machineId,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    })),
    createdAt: row.createdAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}
