import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { instanceSecret } from '../platform/database/instance-secret.js';

export const filesPath = '/api/v1/files';

/** Short-lived addresses at which a machine fetches its file, signed with HMAC-SHA256. */
@Injectable()
export class SignedFiles implements OnModuleInit {
  private key: Buffer = Buffer.alloc(0);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly baseUrl: string,
  ) {}

  async onModuleInit(): Promise<void> {
    this.key = await instanceSecret(this.database, 'file-signing');
  }

  urlOf(fileId: string, seconds: number): string {
    const expires = Math.floor(this.clock.now().getTime() / 1_000) + seconds;
    const query = new URLSearchParams({
      expires: String(expires),
      signature: this.sign(fileId, expires).toString('base64url'),
    });
    return `${this.baseUrl}${filesPath}/${fileId}?${query.toString()}`;
  }

  isValid(fileId: string, expires: number, signature: string): boolean {
    if (!Number.isSafeInteger(expires) || expires * 1_000 < this.clock.now().getTime())
      return false;
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(fileId, expires);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private sign(fileId: string, expires: number): Buffer {
    return createHmac('sha256', this.key).update(`${fileId}:${expires}`).digest();
  }
}
