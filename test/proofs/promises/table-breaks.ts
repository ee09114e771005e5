// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is sought is source text.

import type { Break } from './breaks.ts'

const tables = 'test/journeys/tables.test.ts'
const files = 'test/journeys/table-files.test.ts'
const stores = 'test/adapters/postgres/figure-tables-contract.test.ts'
const sameTable = 'S-28 what stands rolled up'
const loads = 'S-28 a load drops what was rolled up'

const table = (its: Omit<Break, 'promise'>): Break => ({ promise: 'S-28', ...its })

/** What a seller finds in a table, and in its file. */
export const tableBreaks: readonly Break[] = [
  table({
    what: 'rows with nothing to divide by are lost behind a page',
    file: 'src/adapters/postgres/table-statements.ts',
    find: ' or sorted is null)`',
    put: ')`',
    tests: [tables],
    named: 'S-28 whatever they are sorted by',
  }),
  table({
    what: 'the row at the border of two pages is on both',
    file: 'src/adapters/fastify/table-page.ts',
    find: 'rows.at(-1)?.bookmark',
    put: 'rows.at(-2)?.bookmark',
    tests: [tables],
    named: 'S-28 whatever they are sorted by',
  }),
  table({
    what: 'what sold is called wasted',
    file: 'src/adapters/postgres/table-statements.ts',
    find: 'and orders = 0',
    put: 'and orders >= 0',
    tests: [tables],
    named: 'S-28 rows are filtered',
  }),
  table({
    what: 'a sign that is looked for stands for anything',
    file: 'src/adapters/postgres/table-statements.ts',
    find: `strpos(searched collate "C", \${inLowerCase('?::text')} collate "C") > 0`,
    put: `searched like '%' || \${inLowerCase('?::text')} || '%'`,
    tests: [tables],
    named: 'S-28 rows are filtered',
  }),
  table({
    what: 'a load leaves what was rolled up of the days before it',
    file: 'src/adapters/postgres/replace-days.ts',
    find: 'await dropRollUps(client, connectionId, table, days)',
    put: '',
    tests: [stores],
    named: loads,
  }),
  table({
    what: 'the rows of a roll-up that was dropped stay for ever',
    file: 'src/adapters/postgres/table-roll-ups.ts',
    find: 'and roll_up_id not in (select id from table_roll_up where connection_id = ?)`',
    put: 'and roll_up_id < 0 and connection_id = ?`',
    tests: [stores],
    named: loads,
  }),
  {
    promise: 'S-27',
    what: 'a roll-up is written behind an erasure',
    file: 'src/adapters/postgres/table-roll-ups.ts',
    find: 'return open.rowCount === 1',
    put: 'return true',
    tests: [stores],
    named: 'S-27 whoever disconnects waits for no build',
  },
  table({
    what: 'a roll-up has another order than the facts',
    file: 'src/adapters/postgres/table-roll-ups.ts',
    find: 'row_number() over (order by cost desc,',
    put: 'row_number() over (order by clicks desc,',
    tests: [stores],
    named: sameTable,
  }),
  table({
    what: 'a filter changes the rows and not their count',
    file: 'src/adapters/postgres/table-statements.ts',
    find: 'if (limit === null || fits === everything)',
    put: 'if (fits.sql)',
    tests: [stores],
    named: sameTable,
  }),
  table({
    what: 'a ratio is rounded from doubles',
    file: 'src/adapters/fastify/metrics.ts',
    find: 'quotientOf(cost, String(clicks))',
    put: 'String(Number(cost) / clicks)',
    tests: ['test/adapters/fastify/metrics.test.ts'],
  }),
  table({
    what: 'days that somebody chose are added up each time',
    file: 'src/application/performance/show-table.ts',
    find: '    if (isAddedUp)\n',
    put: '    if (!isAddedUp)\n',
    tests: [stores],
    named: 'S-28 days that somebody chose',
  }),
  table({
    what: 'an upper bound is a lower one',
    file: 'src/adapters/postgres/table-statements.ts',
    find: "side === 'least' ? '>=' : '<='",
    put: "side === 'least' ? '>=' : '>='",
    tests: [stores],
    named: sameTable,
  }),
  table({
    what: 'capital letters of other languages are not found',
    file: 'src/adapters/postgres/table-rows.ts',
    find: 'lower(${text} collate "pg_c_utf8")',
    put: 'lower(${text} collate "C")',
    tests: [stores],
    named: sameTable,
  }),
  table({
    what: 'a bound in per cent is taken for a share',
    file: 'src/adapters/fastify/table-query.ts',
    find: "if (metrics[metric].unit !== 'percent')",
    put: "if (metrics[metric].unit !== 'none')",
    tests: [files],
    named: 'S-28 the file has the order',
  }),
  table({
    what: 'a spreadsheet takes a name for a formula',
    file: 'src/adapters/fastify/table-csv.ts',
    find: 'escape_formulas: true, quoted_string: true',
    put: 'escape_formulas: false, quoted_string: true',
    tests: [files],
    named: 'S-28 no spreadsheet takes',
  }),
  table({
    what: 'a semicolon begins a formula',
    file: 'src/adapters/fastify/table-csv.ts',
    find: 'escape_formulas: true, quoted_string: true',
    put: 'escape_formulas: true, quoted_string: false',
    tests: [files],
    named: 'S-28 no spreadsheet takes',
  }),
  table({
    what: 'one account may have any number of files written at once',
    file: 'src/application/performance/show-table.ts',
    find: 'if (others >= exportsAtOnce) throw new ExportsBusy()',
    put: '',
    tests: [files],
    named: 'S-28 two long files at once',
  }),
  table({
    what: 'a report that is asked for again is said to be missing',
    file: 'src/domain/performance/lacking.ts',
    find: 'isOwn(report) && !isSettled(report)',
    put: 'isOwn(report)',
    tests: ['test/domain/performance/lacking.test.ts'],
  }),
  table({
    what: 'a month that has ended is not rolled up for the day after',
    file: 'src/domain/performance/roll-up.ts',
    find: ", 'this_month', 'last_month']",
    put: ", 'this_month']",
    tests: ['test/domain/performance/roll-up.test.ts'],
  }),
]
