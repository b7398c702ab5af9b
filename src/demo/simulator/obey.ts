import type { Command } from './command.js';
import { answer, repeatedAnswer } from './memory.js';
import type { Memory } from './memory.js';
import { capabilitiesOf } from './reports.js';
import type { Profile } from './reports.js';
import { cancelled, newRun, paused, phaseOf, resumed } from './run.js';

/** What the machine makes of a command. Nothing is done twice and nothing is done late. */
export function obey(profile: Profile, memory: Memory, command: Command, at: number): Memory {
  const { commandId, type } = command;
  const repeated = repeatedAnswer(memory, commandId);
  if (repeated) return repeated;
  const refuse = (reason: string) => answer(memory, commandId, 'rejected', reason);
  if (at >= Date.parse(command.expiresAt)) return refuse('expired');
  if (!capabilitiesOf(profile).includes(type)) return refuse(`this machine cannot ${type}`);
  switch (type) {
    case 'prepare':
      return prepare(memory, command, refuse);
    case 'start':
      return start(profile, memory, command, at, refuse);
    case 'pause':
    case 'resume':
      return pauseOrResume(memory, command, at, refuse);
    case 'cancel':
      return cancel(memory, command, at, refuse);
    case 'unlock':
    case 'lock':
      return answer(answer(memory, commandId, 'accepted'), commandId, 'finished');
  }
}

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>;
type Refuse = (reason: string) => Memory;

function prepare(memory: Memory, command: Of<'prepare'>, refuse: Refuse): Memory {
  if (phaseOf(memory.run) !== 'idle') return refuse('a job is running');
  if (memory.preparing) return refuse('another file is on its way');
  const { commandId, jobId, args } = command;
  // The run before is told until here: from now on the machine is somebody else's.
  const cleared = { ...memory, prepared: null, run: null };
  return {
    ...answer(cleared, commandId, 'accepted'),
    preparing: { commandId, jobId, order: args },
  };
}

function start(
  profile: Profile,
  memory: Memory,
  command: Of<'start'>,
  at: number,
  refuse: Refuse,
): Memory {
  const { commandId, jobId } = command;
  if (phaseOf(memory.run) !== 'idle') return refuse('a job is running');
  if (memory.prepared?.jobId !== jobId) return refuse('the file of this job is not here');
  const totalMs = (memory.prepared.fileSeconds * 1_000) / profile.speed;
  const run = newRun({ commandId, jobId }, totalMs, at);
  // A file is started once: to make another piece it is prepared again.
  return { ...answer(memory, commandId, 'accepted'), prepared: null, run };
}

function pauseOrResume(memory: Memory, command: Command, at: number, refuse: Refuse): Memory {
  const pausing = command.type === 'pause';
  if (!memory.run || phaseOf(memory.run) !== (pausing ? 'running' : 'paused')) {
    return refuse(pausing ? 'nothing is running' : 'nothing is paused');
  }
  if (isForAnother(command, memory.run.jobId)) return refuse('another job is running');
  const run = pausing ? paused(memory.run, at) : resumed(memory.run, at);
  return { ...acceptedAndFinished(memory, command), run };
}

/** Ends a run, or lets go of a file that is stored or on its way. */
function cancel(memory: Memory, command: Command, at: number, refuse: Refuse): Memory {
  const { run, preparing, prepared } = memory;
  if (run && phaseOf(run) !== 'idle') {
    if (isForAnother(command, run.jobId)) return refuse('another job is running');
    return { ...acceptedAndFinished(memory, command), run: cancelled(run, at) };
  }
  const jobId = preparing?.jobId ?? prepared?.jobId;
  if (jobId === undefined || isForAnother(command, jobId)) return refuse('nothing to cancel');
  const given = preparing ? answer(memory, preparing.commandId, 'failed', 'cancelled') : memory;
  return { ...acceptedAndFinished(given, command), preparing: null, prepared: null };
}

function acceptedAndFinished(memory: Memory, { commandId }: Command): Memory {
  return answer(answer(memory, commandId, 'accepted'), commandId, 'finished');
}

/** A command without a job means whichever is there. */
function isForAnother(command: Command, jobId: string): boolean {
  return command.jobId !== undefined && command.jobId !== null && command.jobId !== jobId;
}
