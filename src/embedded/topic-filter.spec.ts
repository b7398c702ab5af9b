import { covers, matches } from './topic-filter.js';

describe('topic filters', () => {
  it('match by levels', () => {
    expect(matches('creneau/v1/lab/#', 'creneau/v1/lab/printer/state')).toBe(true);
    expect(matches('creneau/v1/lab/#', 'creneau/v1/lab')).toBe(true);
    expect(matches('creneau/+/lab', 'creneau/v1/lab')).toBe(true);
    expect(matches('creneau/+/lab', 'creneau/v1/x/lab')).toBe(false);
    expect(matches('#', '$SYS/broker')).toBe(false);
  });

  it('give a wider subscription only to wider rights', () => {
    expect(covers('a/b/state', 'a/b/state')).toBe(true);
    expect(covers('a/b/state', 'a/+/state')).toBe(false);
    expect(covers('a/b/state', '#')).toBe(false);
    expect(covers('a/+/state', 'a/+/state')).toBe(true);
    expect(covers('a/+/state', 'a/#')).toBe(false);
    expect(covers('a/#', 'a/b/#')).toBe(true);
  });
});
