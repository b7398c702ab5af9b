import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { WishDto } from '../../src/bookings/waiting-list/waiting-list.dto.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { comingDay } from './slots.js';

/** Those who wait for freed time, and what they come to hear. */
export class WaitingLine {
  constructor(private readonly app: TestApp) {}

  async aMember(name = 'Inès'): Promise<{ id: string; client: Client }> {
    const id = await this.app.lab.member('member', name);
    return { id, client: await this.app.as(id) };
  }

  async placed(by: Client, asked: object): Promise<BookingDto> {
    const { status, body } = await by.post<BookingDto>('/bookings', asked);
    expect(status).toBe(201);
    return body;
  }

  /** For two hours of the morning after tomorrow, unless told otherwise. */
  async wish(client: Client, asked: object = {}): Promise<WishDto> {
    const { status, body } = await client.post<WishDto>('/waiting-list', {
      from: comingDay(2, 8),
      to: comingDay(2, 14),
      duration: 'PT2H',
      ...asked,
    });
    expect(status).toBe(201);
    return body;
  }

  async stateOf(client: Client, { id }: { id: string }): Promise<WishDto> {
    return (await client.get<WishDto>(`/waiting-list/${id}`)).body;
  }

  offered(client: Client, about: { id: string }): Promise<NonNullable<WishDto['offer']>> {
    return eventually(async () => {
      const now = await this.stateOf(client, about);
      if (now.state !== 'offered' || !now.offer) throw new Error(`still ${now.state}`);
      return now.offer;
    });
  }

  /** The slots of which the member was told, in order. */
  told(memberId: string): Promise<{ subjectId: string }[]> {
    return this.app.database.rows<{ subjectId: string }>(
      `SELECT subject_id AS "subjectId" FROM notifications
        WHERE member_id = $1 AND kind = 'waiting-list.offered' ORDER BY id`,
      [memberId],
    );
  }

  /** The line has nothing left to do. */
  settled(): Promise<void> {
    return eventually(async () => {
      const owed = await this.app.database.row(
        `SELECT 1 FROM outbox WHERE name = 'booking.time_freed' LIMIT 1`,
      );
      expect(owed).toBeNull();
    });
  }
}
