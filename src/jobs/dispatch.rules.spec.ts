import { runOutcome, stagingBlockers, startBlockers } from './dispatch.rules.js';
import type { GateFacts, RunFacts } from './dispatch.rules.js';

const machine: NonNullable<GateFacts['machine']> = {
  connection: 'online',
  state: 'idle',
  startPolicy: 'remote',
  bedClear: true,
  taken: false,
};
const open: GateFacts = {
  state: 'ready',
  slot: { held: true, opened: true },
  machine,
  startAsked: false,
};

describe('the gates before a start', () => {
  it('let a staged job start in its open slot on a clear, idle machine', () => {
    expect(startBlockers(open)).toEqual([]);
  });

  it('name every reason at once', () => {
    const facts: GateFacts = {
      ...open,
      machine: { ...machine, connection: 'stale', bedClear: false, startPolicy: 'operator' },
    };
    expect(startBlockers(facts)).toEqual(['machine.stale', 'bed.not_cleared', 'operator.start']);
  });

  it('fail closed when nothing is known of the machine', () => {
    expect(startBlockers({ ...open, machine: null })).toContain('machine.offline');
  });

  it('keep the file here until approval and slot', () => {
    const facts: GateFacts = { ...open, state: 'awaiting_approval', slot: null };
    expect(stagingBlockers(facts)).toEqual(['approval.pending', 'slot.none']);
  });
});

describe('what became of a start', () => {
  const sent: RunFacts = {
    startId: 'start-1',
    start: 'sent',
    startError: null,
    startOverdue: false,
    begun: false,
    cancelAsked: false,
    observed: { connection: 'online', state: 'idle', commandId: 'older', progress: 1, error: null },
  };
  const said = (change: Partial<NonNullable<RunFacts['observed']>>) => ({
    connection: 'online' as const,
    state: 'idle',
    commandId: 'start-1',
    progress: 0,
    error: null,
    ...change,
  });

  it('does not take the old run’s end for this one', () => {
    expect(runOutcome(sent)).toEqual({ is: 'waiting' });
  });

  it('is running once the machine says so for this command', () => {
    expect(runOutcome({ ...sent, observed: said({ state: 'running' }) })).toEqual({
      is: 'running',
    });
  });

  it('is completed only at the end of this command’s run', () => {
    expect(runOutcome({ ...sent, begun: true, observed: said({ progress: 1 }) })).toEqual({
      is: 'completed',
    });
    expect(runOutcome({ ...sent, begun: true, observed: said({ progress: 0.4 }) }).is).toBe(
      'cancelled',
    );
  });

  it('is unknown without an answer, never a second start', () => {
    expect(runOutcome({ ...sent, startOverdue: true }).is).toBe('unknown');
  });

  it('is unknown when the machine forgot a run that had begun', () => {
    expect(runOutcome({ ...sent, start: 'accepted', begun: true }).is).toBe('unknown');
  });

  it('was not started when the command never left in time', () => {
    expect(runOutcome({ ...sent, start: 'expired' })).toEqual({ is: 'not_started' });
  });
});
