import { parseRule, ruleText } from './recurrence-rule.rules.js';

const faultOf = (text: string) => parseRule(text).fault;
const canonical = (text: string) => {
  const { rule, fault } = parseRule(text);
  if (fault) throw new Error(fault.part);
  return ruleText(rule);
};

describe('a recurrence rule', () => {
  it.each([
    ['FREQ=WEEKLY;COUNT=8;BYDAY=TU', 'FREQ=WEEKLY;COUNT=8;BYDAY=TU'],
    ['byday=mo,-1fr;freq=monthly;interval=1', 'FREQ=MONTHLY;BYDAY=MO,-1FR'],
    ['FREQ=MONTHLY;BYDAY=+2MO;BYMONTHDAY=+07,-1', 'FREQ=MONTHLY;BYMONTHDAY=7,-1;BYDAY=2MO'],
    ['FREQ=DAILY;UNTIL=20270328T003000Z', 'FREQ=DAILY;UNTIL=20270328T003000Z'],
    ['FREQ=DAILY;UNTIL=20270328T013000', 'FREQ=DAILY;UNTIL=20270328T013000'],
    ['FREQ=DAILY;UNTIL=20270328', 'FREQ=DAILY;UNTIL=20270328'],
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU', 'FREQ=WEEKLY;INTERVAL=2;WKST=SU'],
  ])('%s is read, and written as %s', (text, written) => {
    expect(canonical(text)).toBe(written);
    expect(canonical(written)).toBe(written);
  });

  it.each([
    ['', ''],
    ['COUNT=3', 'FREQ'],
    ['FREQ=FORTNIGHTLY', 'FREQ=FORTNIGHTLY'],
    ['FREQ=DAILY;COUNT=0', 'COUNT=0'],
    ['FREQ=DAILY;COUNT=-1', 'COUNT=-1'],
    ['FREQ=DAILY;COUNT=3;COUNT=4', 'COUNT=4'],
    ['FREQ=DAILY;COUNT=99999999999999999999', 'COUNT=99999999999999999999'],
    ['FREQ=DAILY;INTERVAL=1.5', 'INTERVAL=1.5'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20270101', 'COUNT;UNTIL'],
    ['FREQ=DAILY;UNTIL=20270230', 'UNTIL=20270230'],
    ['FREQ=DAILY;UNTIL=2027-03-01', 'UNTIL=2027-03-01'],
    ['FREQ=DAILY;BYMONTHDAY=99', 'BYMONTHDAY=99'],
    ['FREQ=DAILY;BYMONTHDAY=0', 'BYMONTHDAY=0'],
    ['FREQ=DAILY;BYMONTH=-1', 'BYMONTH=-1'],
    ['FREQ=DAILY;BYMONTH=1,,2', 'BYMONTH=1,,2'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY=XX'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'BYDAY'],
    ['FREQ=MONTHLY;BYDAY=54MO', 'BYDAY=54MO'],
    ['FREQ=MONTHLY;BYDAY=-MO', 'BYDAY=-MO'],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO', 'BYDAY'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYYEARDAY=1', 'BYYEARDAY'],
    ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO'],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS'],
    ['FREQ=DAILY;WKST=1', 'WKST=1'],
    ['FREQ=DAILY;__PROTO__=1', '__PROTO__=1'],
    ['FREQ=DAILY;CONSTRUCTOR=1', 'CONSTRUCTOR=1'],
    ['FREQ=DAILY\r\nATTENDEE:x', 'FREQ=DAILY\r\nATTENDEE:X'],
  ])('%j is malformed at %j', (text, part) => {
    expect(faultOf(text)).toEqual({ kind: 'malformed', part });
  });

  it('is not read when it is longer than any sensible one', () => {
    const text = `FREQ=DAILY;BYMONTHDAY=${'1,'.repeat(2_000)}1`;
    expect(faultOf(text)).toEqual({ kind: 'malformed', part: text.slice(0, 80) });
  });
});
