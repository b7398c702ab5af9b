import { moonrakerDriver } from '../../../src/machines/drivers/moonraker/moonraker-driver.js';
import type { Family, Step } from './family.js';

/** `split`: field by field and retained, as with `publish_split_status: True`. */
export function moonraker(split: boolean): Family {
  const run = {
    commandId: '019aaf3e-0000-7000-8000-000000000001',
    jobId: '019aaf3c-0000-7000-8000-000000000002',
    file: 'job-019aaf3c-0000-7000-8000-000000000002-000000000003.gcode',
  };
  let eventtime = 8_711.03;
  type Status = Record<string, Record<string, unknown>>;
  const status = (objects: Status, retained = false): Step[] => {
    eventtime += 0.25;
    if (!split)
      return [{ say: 'klipper/status', as: JSON.stringify({ eventtime, status: objects }) }];
    return Object.entries(objects).flatMap(([object, fields]) =>
      Object.entries(fields).map(([field, value]) => ({
        say: `klipper/state/${object}/${field}`,
        as: JSON.stringify({ eventtime, value }),
        retained,
      })),
    );
  };
  const whole = (objects: Status): Step[] => [
    {
      say: 'moonraker/api/response',
      as: JSON.stringify({
        jsonrpc: '2.0',
        result: { eventtime: (eventtime += 0.25), status: objects },
        id: 'creneau/whole',
      }),
    },
  ];
  const print = (state: string, filename: string, progress: number, message = ''): Status => ({
    print_stats: { filename, state, message, print_duration: 0, info: { total_layer: null } },
    virtual_sdcard: { progress, is_active: state === 'printing' },
    webhooks: { state: 'ready', state_message: 'Printer is ready' },
  });
  const server = (state: string, retained = false): Step => ({
    say: 'moonraker/status',
    as: JSON.stringify({ server: state }),
    retained,
  });
  const other = 'calibration cube.gcode';
  return {
    driver: moonrakerDriver,
    config: { url: 'http://voron.test:7125', instance: 'voron' },
    run,
    comesUp: () => [
      server('online'),
      ...whole({ ...print('standby', '', 0), heater_bed: { temperature: 21.5, target: 0 } }),
    ],
    runs: (progress) => [
      ...status({ print_stats: { filename: run.file, state: 'printing' } }),
      ...status({ virtual_sdcard: { progress }, toolhead: { position: [1, 2, 3, 4] } }),
    ],
    pauses: (progress) =>
      status({ print_stats: { state: 'paused' }, virtual_sdcard: { progress, is_active: false } }),
    completes: () =>
      status({
        print_stats: { state: 'complete' },
        virtual_sdcard: { file_path: null, progress: 1, is_active: false },
      }),
    isCancelled: (progress) =>
      status({ print_stats: { state: 'cancelled' }, virtual_sdcard: { progress } }),
    fails: (progress, message) =>
      status({ print_stats: { state: 'error', message }, virtual_sdcard: { progress } }),
    runsAnother: (progress) => status(print('printing', other, progress)),
    completesAnother: () => status(print('complete', other, 1)),
    retainedInMidRun: (progress) =>
      split
        ? [server('online', true), ...status(print('printing', run.file, progress), true).reverse()]
        : [server('online', true), ...whole(print('printing', run.file, progress))],
    retainedOldEnd: () =>
      split ? status(print('complete', other, 1), true) : whole(print('complete', other, 1)),
    restartsInMidRun: (progress) => ({
      // Klipper goes on by itself while Moonraker is away.
      steps: [server('offline'), server('online'), ...whole(print('printing', run.file, progress))],
      then: 'running',
    }),
    isLost: () => [server('offline')],
    malformed: [
      ['moonraker/status', '{"server":"perhaps"}'],
      ['moonraker/status', 'online'],
      ['klipper/status', '{"status":{"print_stats":{"state":"complete"}}}'],
      ['klipper/status', '{"eventtime":1e9,"status":{"print_stats":{"state":"melting"}}}'],
      ['klipper/status', '{"eventtime":1e9,"status":{"virtual_sdcard":{"progress":7}}}'],
      ['klipper/status', '{"eventtime":1e9,"status":[{"print_stats":{"state":"complete"}}]}x'],
      ['klipper/status', `{"eventtime":1e9,"status":{},"x":"${'x'.repeat(70_000)}"}`],
      ['klipper/state/print_stats/state', '{"value":"complete"}'],
      ['klipper/state/print_stats', '{"eventtime":1e9,"value":"complete"}'],
      ['moonraker/api/response', '{"id":"creneau/whole","result":{"status":{}}}'],
      ['moonraker/api/request', '{}'],
    ],
    vital: [
      [
        'klipper/status',
        { eventtime: 1e9, status: { print_stats: { state: 'complete', filename: run.file } } },
        ['status', 'print_stats', 'state'],
      ],
      [
        'klipper/status',
        { eventtime: 1e9, status: { print_stats: { state: 'complete', filename: run.file } } },
        ['status', 'print_stats', 'filename'],
      ],
      [
        'klipper/status',
        { eventtime: 1e9, status: { print_stats: { state: 'error' } } },
        ['eventtime'],
      ],
      [
        'klipper/status',
        { eventtime: 1e9, status: { heater_bed: { temperature: 999 } } },
        ['status', 'heater_bed', 'temperature'],
      ],
      ['klipper/state/print_stats/state', { eventtime: 1e9, value: 'complete' }, ['value']],
      ['moonraker/status', { server: 'offline' }, ['server']],
    ],
  };
}
