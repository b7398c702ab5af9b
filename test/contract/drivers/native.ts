import { nativeDriver } from '../../../src/machines/drivers/native/native-driver.js';
import type { Family, Step } from './family.js';

const run = {
  commandId: '019aaf3e-0000-7000-8000-000000000001',
  jobId: '019aaf3c-0000-7000-8000-000000000002',
  file: 'of no meaning here',
};
const another = {
  commandId: '019aaf3e-0000-7000-8000-0000000000ff',
  jobId: '019aaf3c-0000-7000-8000-0000000000ff',
};

export function native(): Family {
  let session = 1;
  let seq = 0;
  const sessionId = () => `session-${session}`;
  const snapshot = (about: object, retained = false): Step => ({
    say: 'state',
    as: JSON.stringify({ sessionId: sessionId(), seq: (seq += 1), at: 'now', ...about }),
    retained,
  });
  const connection = (state: string): Step => ({
    say: 'connection',
    as: JSON.stringify({ sessionId: sessionId(), state, at: 'now' }),
  });
  const ours = ({ commandId, jobId }: typeof another, about: object) => ({
    commandId,
    jobId,
    remaining: 60,
    ...about,
  });
  return {
    driver: nativeDriver,
    config: {},
    run,
    comesUp: () => [
      connection('online'),
      { say: 'factsheet', as: '{"capabilities":["start"]}' },
      snapshot({ state: 'idle', commandId: null }),
    ],
    runs: (progress) => [snapshot(ours(run, { state: 'running', progress }))],
    pauses: (progress) => [snapshot(ours(run, { state: 'paused', progress }))],
    completes: () => [snapshot(ours(run, { state: 'idle', progress: 1 }))],
    isCancelled: (progress) => [snapshot(ours(run, { state: 'idle', progress }))],
    fails: (progress, error) => [snapshot(ours(run, { state: 'error', progress, error }))],
    runsAnother: (progress) => [snapshot(ours(another, { state: 'running', progress }))],
    completesAnother: () => [snapshot(ours(another, { state: 'idle', progress: 1 }))],
    retainedInMidRun: (progress) => [
      { ...connection('online'), retained: true },
      snapshot(ours(run, { state: 'running', progress }), true),
    ],
    retainedOldEnd: () => [snapshot(ours(another, { state: 'idle', progress: 1 }), true)],
    restartsInMidRun: (progress) => {
      const lost = connection('lost');
      session += 1;
      seq = 0;
      const back = [connection('online'), snapshot(ours(run, { state: 'running', progress }))];
      return { steps: [lost, ...back], then: 'running' };
    },
    isLost: () => [connection('lost')],
    malformed: [
      ['state', '{"seq":'],
      ['state', 'null'],
      ['state', '{"seq":1e400,"state":"idle"}'],
      ['state', '{"seq":900,"state":"melting"}'],
      ['state', '{"seq":901,"state":"idle","progress":7}'],
      ['state', `{"seq":902,"state":"idle","x":"${'x'.repeat(70_000)}"}`],
      ['connection', '{"state":"offline"}'],
      ['ack', '{"commandId":"","status":"finished"}'],
      ['telemetry', '{"power":"much"}'],
      ['elsewhere', '{}'],
    ],
    vital: [
      ['state', { seq: 9_999_999, state: 'error', commandId: run.commandId }, ['state']],
      ['state', { seq: 9_999_999, state: 'idle', progress: 1 }, ['seq']],
      ['state', { seq: 9_999_999, state: 'idle', progress: 1 }, ['progress']],
      ['connection', { sessionId: 'another', state: 'online' }, ['sessionId']],
      ['telemetry', { temperatures: { bed: { actual: 1 } } }, ['temperatures', 'bed', 'actual']],
    ],
  };
}
