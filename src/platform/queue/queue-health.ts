import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';

/** Whether BullMQ's backend answers, and with what eviction policy. */
@Injectable()
export class QueueHealth {
  constructor(@InjectQueue('flow') private readonly flow: Queue) {}

  async ping(): Promise<void> {
    await this.flow.getJobCounts('waiting');
  }

  async close(): Promise<void> {
    await this.flow.close();
  }
}
