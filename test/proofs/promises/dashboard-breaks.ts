import type { Break } from './breaks.ts'

const domain = 'test/domain/performance'
const application = 'test/application/performance/show-figures.test.ts'
const journey = 'test/journeys/dashboard-periods.test.ts'
const figures = 'S-28 whatever days are chosen'

const dashboard = (its: Omit<Break, 'promise'>): Break => ({ promise: 'S-28', ...its })

/** What a seller sees of what was loaded. */
export const dashboardBreaks: readonly Break[] = [
  dashboard({
    what: 'a month is set against as many days, not against the month before',
    file: 'src/domain/performance/period.ts',
    find: 'if (!isMonth || days.from !== month.from) return',
    put: 'return',
    tests: [`${domain}/period.test.ts`],
  }),
  dashboard({
    what: 'the shorter month before is longer than it is',
    file: 'src/domain/performance/period.ts',
    find: 'return overlapOf(sameDays, earlier) ?? earlier',
    put: 'return sameDays',
    tests: [`${domain}/period.test.ts`],
  }),
  dashboard({
    what: 'days that are not loaded count as days without sales',
    file: 'src/domain/performance/period.ts',
    find: 'const days = overlapOf(asked, loaded)',
    put: 'const days = overlapOf(asked, asked)',
    tests: [`${domain}/period.test.ts`],
  }),
  dashboard({
    what: 'the days before are among the days that are shown',
    file: 'src/application/performance/show-figures.ts',
    find: 'const now = rows.filter(isIn(days))',
    put: 'const now = rows.slice()',
    tests: [application],
  }),
  dashboard({
    what: 'a period is set against one that is not loaded in full',
    file: 'src/application/performance/show-figures.ts',
    find: 'areComparable(stretches, days, period.before) ? period.before : null',
    put: 'stretches.length > 0 ? period.before : null',
    tests: [application],
  }),
  dashboard({
    what: 'an ad product has the figures of all',
    file: 'src/application/performance/show-figures.ts',
    find: 'rows.filter(row => row.adProduct === adProduct)',
    put: 'rows.filter(row => row.adProduct !== null)',
    tests: [application],
  }),
  dashboard({
    what: 'a day of two ad products has the figures of one',
    file: 'src/adapters/postgres/figures.ts',
    find: 'between ? and ? order by day, ad_product`',
    put: 'between ? and ? order by day, ad_product limit 30`',
    tests: [journey],
    named: figures,
  }),
  dashboard({
    what: 'campaigns are set against days that are not rolled up',
    file: 'src/adapters/postgres/figures.ts',
    find: 'where first_before is null or exists (select from earlier)',
    put: 'where first is not null',
    tests: ['test/adapters/postgres/figure-tables-contract.test.ts'],
    named: 'S-28 campaigns are ranked alike',
  }),
  dashboard({
    what: 'no day is said to settle',
    file: 'src/domain/performance/period.ts',
    find: 'addDays(today, -restatedDays)',
    put: 'addDays(today, restatedDays)',
    tests: [`${domain}/period.test.ts`],
  }),
  dashboard({
    what: 'the next choice forgets the one before',
    file: 'src/adapters/fastify/period-query.ts',
    find: 'addressOf(path, { ...others, period: preset })',
    put: 'addressOf(path, { period: preset })',
    tests: [journey],
    named: 'S-28 what is looked at stands in the address',
  }),
  dashboard({
    what: 'pages are sent at their full weight',
    file: 'src/adapters/fastify/web-app.ts',
    find: 'if (!isCompressed(route.url)) route.compress = false',
    put: 'if (route.url) route.compress = false',
    tests: ['test/journeys/weight.test.ts'],
    needsChromium: true,
  }),
]
