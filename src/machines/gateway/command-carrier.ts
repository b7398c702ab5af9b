import { Inject, Injectable } from '@nestjs/common';
import type { Log } from '../../platform/logging/log.js';
import { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import { Outgoing } from '../../platform/outgoing/outgoing.js';
import { LOG, NEARBY } from '../../platform/tokens.js';
import type { CommandAnswer, HttpRequest, OutgoingCommand } from '../drivers/driver.js';
import { ControllerWire, surelyNeverLeft, whyItFailed } from './controller-wire.js';
import { FileCourier } from './file-courier.js';
import type { KnownMachine } from './machine-directory.js';
import { MachineGateway } from './machine-gateway.js';

/** What could not be sent, and surely was not: it may be sent once more. */
export type PutBack = (commandId: string) => Promise<void>;

/**
 * Brings one command to its machine in the way of its family. What goes by MQTT has left when
 * this resolves; what takes its time (HTTP, a file) goes on by itself, in order for each machine.
 */
@Injectable()
export class CommandCarrier {
  private readonly wire: ControllerWire;
  private readonly courier: FileCourier;
  private readonly lines = new Map<string, Promise<void>>();
  private readonly deliveries = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly gateway: MachineGateway,
    @Inject(MqttLink) mqtt: MqttLink,
    @Inject(NEARBY) nearby: Outgoing,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.wire = new ControllerWire(mqtt, nearby);
    this.courier = new FileCourier(this.wire, log);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.lines.values(), ...this.deliveries]);
  }

  async carry(machine: KnownMachine, command: OutgoingCommand, putBack: PutBack): Promise<void> {
    const { driver } = machine;
    const answer = (given: CommandAnswer) =>
      this.gateway.answered(machine, { kind: 'ack', commandId: command.commandId, ...given });
    if (!driver.capabilities.includes(command.type)) {
      answer({ status: 'rejected', error: `a machine of this kind cannot ${command.type}` });
      return;
    }
    if (command.type === 'prepare' && driver.delivery) {
      this.deliver(machine, command, putBack, answer);
      return;
    }
    const { config, state } = machine;
    const deeds = driver.encode(command, { config, state });
    if ('refuse' in deeds) {
      answer({ status: 'rejected', error: deeds.refuse });
      return;
    }
    const { run, commandId } = command;
    if (command.type === 'start' && run) this.gateway.started(machine.id, { ...run, commandId });
    for (const deed of deeds) {
      if (deed.via === 'mqtt') await this.wire.publish(machine, deed);
      else this.ask(machine, command, deed, putBack, answer);
    }
  }

  private ask(
    machine: KnownMachine,
    { commandId, type }: OutgoingCommand,
    request: HttpRequest,
    putBack: PutBack,
    answer: (given: CommandAnswer) => void,
  ): void {
    const asked = async () => {
      try {
        const given = machine.driver.http?.answered(type, await this.wire.ask(request));
        if (given) answer(given);
      } catch (error) {
        this.log.warn({ commandId, type, reason: whyItFailed(error) }, 'command not answered');
        // What may have arrived is not said twice: the machine's reports tell, or a person.
        if (surelyNeverLeft(error)) await putBack(commandId);
      }
    };
    const line = (this.lines.get(machine.id) ?? Promise.resolve())
      .then(asked)
      .catch((error: unknown) => this.log.error({ err: error, commandId }, 'command not put back'))
      .finally(() => {
        if (this.lines.get(machine.id) === line) this.lines.delete(machine.id);
      });
    this.lines.set(machine.id, line);
  }

  private deliver(
    machine: KnownMachine,
    command: OutgoingCommand,
    putBack: PutBack,
    answer: (given: CommandAnswer) => void,
  ): void {
    const { delivery } = machine.driver;
    if (!delivery) return;
    const { commandId } = command;
    const delivered = this.courier
      .deliver(machine, delivery, command, this.stopping.signal)
      .then(async (given) => {
        if (given) answer(given);
        // A file moves nothing: another process, or this one once it is back, sends it again.
        else await putBack(commandId);
      })
      .catch((error: unknown) => this.log.error({ err: error, commandId }, 'file not delivered'))
      .finally(() => this.deliveries.delete(delivered));
    this.deliveries.add(delivered);
  }
}
