import { Injectable, SetMetadata } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { MessageType } from './message.js';
import { messageTypes } from './message.js';

const handlesKey = 'creneau:handles-message';

/** Marks the method that handles a message: `(payload) => Promise<void>`, idempotent. */
export const HandlesMessage = <P>(type: MessageType<P>): MethodDecorator =>
  SetMetadata(handlesKey, type.name);

export type Handler = (payload: Record<string, unknown>) => Promise<void>;

/** Finds every handler at start; a message name with none or with two stops the start. */
@Injectable()
export class MessageHandlers implements OnModuleInit {
  private readonly handlers = new Map<string, Handler>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const problems: string[] = [];
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const provider = instance as Record<string, unknown>;
      for (const method of this.scanner.getAllMethodNames(
        Object.getPrototypeOf(instance) as object,
      )) {
        const candidate = provider[method];
        if (typeof candidate !== 'function') continue;
        const name: unknown = Reflect.getMetadata(handlesKey, candidate);
        if (typeof name !== 'string') continue;
        if (this.handlers.has(name)) problems.push(`${name} has two handlers`);
        this.handlers.set(name, (candidate as Handler).bind(instance));
      }
    }
    for (const { name } of messageTypes()) {
      if (!this.handlers.has(name)) problems.push(`${name} has no handler`);
    }
    if (problems.length > 0) throw new Error(`Queue messages: ${problems.join('; ')}`);
  }

  handlerOf(name: string): Handler {
    const handler = this.handlers.get(name);
    if (!handler) throw new Error(`No handler for the message ${name}`);
    return handler;
  }
}
