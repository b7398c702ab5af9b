import { defineMessage } from '../../platform/queue/message.js';

/** An outside calendar is to be read again. Beside the analyses: it may take as long as they. */
export const calendarDue = defineMessage<{ calendarId: string }>('calendar.due', 'analysis');
