// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is sought is source text.

import type { Break } from './breaks.ts'

const application = 'test/admin/console.test.ts'
const contract = 'test/adapters/postgres/console-contract.test.ts'
const journey = 'test/journeys/console-cases.test.ts'
const proof = 'test/proofs/diagnosis.test.ts'
const situations = 'S-42 each situation has its name, in the first place'
const acting = 'S-43 an agent acts through the seller’s own rules, with a reason, and on record'

/** Finding a case, its story, its diagnosis, and what is done to it. */
export const consoleBreaks: readonly Break[] = [
  {
    promise: 'S-40',
    what: 'somebody who is not of the staff searches',
    file: 'src/admin/search/search-cases.ts',
    find: 'await demandStaff(people, by)',
    put: '',
    tests: [application],
  },
  {
    promise: 'S-46',
    what: 'nobody knows who read which list',
    file: 'src/admin/search/search-cases.ts',
    find: 'await audit.append({',
    put: 'void ({',
    tests: [application],
  },
  {
    promise: 'S-40',
    what: 'a sign in a name finds everybody',
    file: 'src/adapters/postgres/case-digests.ts',
    find: "text.replace(/[\\\\%_]/g, '\\\\$&')",
    put: 'text',
    tests: [contract],
  },
  {
    promise: 'S-27',
    what: 'a list remembers what is erased',
    file: 'src/adapters/postgres/case-digests.ts',
    find: "status not in ('erasing', 'erased') for share",
    put: 'status is not null for share',
    tests: [contract],
  },
  {
    promise: 'S-41',
    what: 'a case tells what is another account’s',
    file: 'src/adapters/postgres/stories.ts',
    find: '(connection_id is null or connection_id = ?::uuid)',
    put: '(?::uuid is null or true)',
    tests: [contract],
  },
  {
    promise: 'S-42',
    what: 'a cancelled consent is called a trouble of Amazon’s',
    file: 'src/admin/diagnosis/attempt.ts',
    find: "return [foundIn(step, 'consent_cancelled')]",
    put: "return [foundIn(step, 'amazon_consent_down')]",
    tests: [proof],
    named: situations,
  },
  {
    promise: 'S-42',
    what: 'a login without an account has the cause of one of which Amazon did not say',
    file: 'src/admin/diagnosis/tables.ts',
    find: "{ cause: 'no_ads_account', confidence: 'certain' }",
    put: "{ cause: 'no_profiles', confidence: 'certain' }",
    tests: [proof],
    named: situations,
  },
  {
    promise: 'S-42',
    what: 'the last cause comes first',
    file: 'src/admin/diagnosis/diagnose.ts',
    find: 'rankOf(one.cause) - rankOf(other.cause)',
    put: 'rankOf(other.cause) - rankOf(one.cause)',
    tests: [proof],
    named: situations,
  },
  {
    promise: 'S-42',
    what: 'a worker that is gone is not missed',
    file: 'src/admin/diagnosis/outlook.ts',
    find: 'if (workerSeenAt && now < after(workerSeenAt, workerSilence))',
    put: 'if (now.getTime() > 0)',
    tests: [proof],
    named: situations,
  },
  {
    promise: 'S-43',
    what: 'nobody has to say why',
    file: 'src/admin/actions/act-on-case.ts',
    find: 'const reason = demandReason(asked.reason)',
    put: 'const { reason } = asked',
    tests: [application],
  },
  {
    promise: 'S-43',
    what: 'what was done is on nobody’s record',
    file: 'src/admin/actions/act-on-case.ts',
    find: 'await audit.append(',
    put: 'void (',
    tests: [application],
  },
  {
    promise: 'S-43',
    what: 'anybody acts on a case',
    file: 'src/admin/actions/act-on-case.ts',
    find: 'await demandStaff(people, by)',
    put: '',
    tests: [application],
  },
  {
    promise: 'S-03',
    what: 'an agent loads for somebody who pays for nothing',
    file: 'src/admin/actions/act-on-case.ts',
    find: "throw new ActionStale('plan_lacking')",
    put: 'return connection',
    tests: [application],
  },
  {
    promise: 'S-43',
    what: 'what is cancelled goes on at Amazon, and is adopted by the next order',
    file: 'src/application/ingestion/steer-ingestion.ts',
    find: 'ids.map(id => reports.cancel(profile, token, id))',
    put: '[]',
    tests: [journey],
    named: acting,
  },
  {
    promise: 'S-42',
    what: 'an account counts as quiet while a file of it is still on its way',
    file: 'src/admin/diagnosis/loading.ts',
    find: 'loaded.length === settled.length && awaited.length === 0',
    put: 'loaded.length === settled.length',
    tests: [proof],
    named: situations,
  },
  {
    promise: 'S-42',
    what: 'a vendor is not told of Amazon’s longer window',
    file: 'src/admin/diagnosis/outlook.ts',
    find: "connection.profile.accountType === 'vendor' && hasProducts",
    put: 'false',
    tests: [proof],
    named: 'S-42 why Amazon’s console may show more is told beside figures that are right',
  },
  {
    promise: 'S-46',
    what: 'nobody knows who read the list of the staff',
    file: 'src/application/access/list-staff.ts',
    find: 'await audit.append({',
    put: 'void ({',
    tests: ['test/application/access/invite-person.test.ts'],
  },
]
