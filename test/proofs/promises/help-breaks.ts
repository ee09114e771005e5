// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is sought is source text.

import type { Break } from './breaks.ts'

const application = 'test/application/help/ask-for-help.test.ts'
const journey = 'test/journeys/help.test.ts'
const askForHelp = 'src/application/help/ask-for-help.ts'

/** Asking support, and what becomes of what was asked. */
export const helpBreaks: readonly Break[] = [
  {
    promise: 'S-30',
    what: 'a form that comes twice asks twice',
    file: askForHelp,
    find: 'if (sent) return sent',
    put: 'if (sent && !sent) return sent',
    tests: [application],
  },
  {
    promise: 'S-30',
    what: 'one person fills the table',
    file: askForHelp,
    find: 'if (recent >= helpAllowed.count)',
    put: 'if (recent >= helpAllowed.count * 100)',
    tests: [application],
  },
  {
    promise: 'S-30',
    what: 'a path elsewhere, which may be a secret, is kept',
    file: askForHelp,
    find: 'page: isDashboardPath(page) ? page : null',
    put: 'page',
    tests: [application],
  },
  {
    promise: 'S-29',
    what: 'somebody asks about another person’s account',
    file: askForHelp,
    find: 'about && (await this.#keptOf(personId, about))',
    put: 'about',
    tests: [application],
  },
  {
    promise: 'S-46',
    what: 'whoever is signed in reads what people ask',
    file: 'src/application/help/read-help-requests.ts',
    find: '    await demandStaff(people, by)\n',
    put: '',
    tests: [application],
  },
  {
    promise: 'S-30',
    what: 'the Amazon e-mail is left to the seller to type',
    file: 'src/adapters/fastify/help-form.ts',
    find: "account: connectionId ?? '', amazonEmail, marketplace",
    put: "account: connectionId ?? '', amazonEmail: amazonEmail.slice(0, 0), marketplace",
    tests: [journey],
    named: 'S-30 the widget is on every page',
  },
  {
    promise: 'S-30',
    what: 'the code that a page shows is not sent along',
    file: 'views/partials/help-form.hbs',
    find: '{{#if @root.notice}}{{@root.notice.reference}}{{/if}}',
    put: '',
    tests: [journey],
    named: 'S-30 what a seller asks stands in the console',
  },
  {
    promise: 'S-30',
    what: 'the console tells no line from the next',
    file: 'src/domain/help/help-request.ts',
    find: "message: cleaned(typed.message.replace(/\\r\\n?/g, '\\n'))",
    put: "message: cleaned(typed.message.replace(/\\s+/g, ' '))",
    tests: ['test/domain/help/help-request.test.ts'],
  },
  {
    promise: 'S-30',
    what: 'a page loses what somebody is writing',
    file: 'views/assets/waiting.js',
    find: 'if (!isWriting()) return location.reload()',
    put: 'if (page) return location.reload()',
    tests: ['test/journeys/help-for-everyone.test.ts'],
    named: 'S-21 S-30 a page that reloads itself',
    needsChromium: true,
  },
  {
    promise: 'S-27',
    what: 'what was asked about an account outlives it',
    file: 'src/adapters/postgres/erasures.ts',
    find: '    await this.#eraseHelpRequests(connection, own.names)\n',
    put: '',
    tests: ['test/adapters/postgres/erasures-contract.test.ts'],
  },
]
