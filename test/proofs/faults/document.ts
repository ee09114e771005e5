import { causeTexts } from '../../../src/admin/diagnosis/cause-texts.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import { type Call, type Cell, isImpossible, type State } from './cell.ts'
import { calls, tableEntries } from './table.ts'

const titles: Readonly<Record<Call, string>> = {
  authorise: 'Consent page',
  exchange: 'Token exchange',
  refresh: 'Token refresh',
  userProfile: 'Amazon user',
  profiles: 'Profiles',
  managerAccounts: 'Manager accounts',
  adsAccounts: 'Advertising accounts',
  report_request: 'Report request',
  report_status: 'Report status',
  download: 'Download',
}

const stateTexts: Readonly<Partial<Record<State, string>>> = {
  'region not fetched': 'not fetched',
  'region fetched': 'fetched',
}

const faultNames: Readonly<Record<string, string>> = {
  '429_named': '429 with Retry-After',
  reset: 'reset',
  timeout: 'timeout',
  slow_body: 'slow',
  half_body: 'truncated',
  corrupt_gzip: 'corrupt gzip',
  broken_json: 'invalid JSON',
  wrong_type: 'HTML with 200',
  wrong_shape: 'wrong JSON',
  empty: 'empty',
  duplicated_rows: 'duplicates',
  ten_times: 'oversized',
  clock_ahead: 'clock ahead',
  clock_behind: 'clock behind',
  invalid_token: '401 “Invalid token”',
  client_mismatch: '401 “clientId…”',
  profile_access_lost: '401 “…access to profile… Missing rights”',
  profile_access_lost_short: '401 “…access to profile”',
  scope_missing: '401 “Scope header…”',
  no_advertiser: '401 “No matching advertiser…”',
  scope_refused: '401 “Not authorized…”',
  invalid_advertiser: '400 “Invalid Advertiser…”',
  duplicate_mismatch: '425 for another report',
  nameless_duplicate: '425 without report id',
  duplicate_200: '200 with code 425',
  failed: 'FAILED',
  never_finishes: 'never finishes',
  no_address: 'COMPLETED, no URL',
  elsewhere: 'COMPLETED, URL not allowed',
  expired: 'expired URL',
  expired_token: 'expired signer (400)',
  no_code: 'no code',
  row_without_campaign: 'over 1% unreadable rows',
  empty_report: 'no rows',
  shrunken_report: 'a third of the rows',
}

/** Faults that share one name in rows that have all of them. The introduction explains the names. */
const families: readonly { readonly name: string; readonly faults: readonly string[] }[] = [
  { name: '429', faults: ['429', '429_named'] },
  { name: 'clock', faults: ['clock_ahead', 'clock_behind'] },
  { name: '5xx', faults: ['500', '502', '503', '504'] },
  {
    name: 'unreadable',
    faults: ['corrupt_gzip', 'broken_json', 'wrong_type', 'wrong_shape', 'empty'],
  },
]

/** A row with more names is the section’s “any other” row. */
const maxNames = 12

const nameOf = (fault: string): string => faultNames[fault] ?? (/^\d+$/.test(fault) ? fault : `\`${fault}\``)

function faultLabels(faults: readonly string[]): string[] {
  const complete = families.filter(family => family.faults.every(fault => faults.includes(fault)))
  const names = faults.map(
    fault => complete.find(family => family.faults.includes(fault))?.name ?? nameOf(fault),
  )
  return [...new Set(names)]
}

const isAnyOther = (faults: readonly string[]): boolean => faultLabels(faults).length > maxNames

const thenFails = 'then the report fails until the next daily sync'

/** Numbers texts in the order of their first use. */
class NumberedTexts {
  readonly texts: string[] = []
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  numberOf(text: string): string {
    if (!this.texts.includes(text)) this.texts.push(text)
    return `${this.#prefix}${this.texts.indexOf(text) + 1}`
  }

  entries(): [name: string, text: string][] {
    return this.texts.map(text => [this.numberOf(text), text])
  }
}

interface Lists {
  readonly plans: NumberedTexts
  readonly messages: NumberedTexts
}

export function faultsDocument(): string {
  const all = tableEntries.length * regions.length
  const possible = tableEntries.filter(({ row }) => !isImpossible(row)).length * regions.length
  const lists = { plans: new NumberedTexts('R'), messages: new NumberedTexts('M') }
  return `${[
    '# Amazon error reference',
    '<!-- Generated from test/proofs/faults/table: do not edit. -->',
    `For support and operators: what happens when a call to Amazon fails. Of ${all} combinations (${tableEntries.length} per region, all regions alike), ${all - possible} are impossible; \`npm run prove -- faults\` tests the other ${possible}.`,
    [
      '- **Fault:** for all calls 400, 401, 403, 404, 406, 415, 422, 425, 429 (with or without Retry-After), 5xx (500, 502, 503, 504), connection reset, timeout, slow, truncated or unreadable body (corrupt gzip, invalid JSON, HTML with 200, wrong JSON, empty), duplicates, oversized (tenfold), Amazon’s clock 3 h ahead or behind.',
      '- **State:** after the first failure.',
      '- **Console cause:** first cause on the case page.',
      '- **Retry:** [plan](#retry-plans) while the fault lasts.',
      '- **Seller:** [message](#seller-messages) after the last retry. Until then: “Amazon is busy. Retrying soon.” or, if an operator must act, “Problem on our side. Retrying soon.” (requested); “Amazon is preparing it” (generating); “Being loaded” (completed). For an unconfirmed file: “Amazon’s file lacked most of your figures. The earlier figures stay until a second file agrees.”',
    ].join('\n'),
    ...sectionsOf(lists),
    '## Retry plans',
    'Waits double, plus 0–20% at random. “Then fail”: only this report fails, until the next daily sync.',
    tableOf(
      ['No.', 'Plan'],
      lists.plans.entries().map(([name, text]) => [name, capitalised(text.replace(thenFails, 'then fail'))]),
    ),
    '## Seller messages',
    tableOf(['No.', 'Message'], lists.messages.entries()),
  ].join('\n\n')}\n`
}

/** A section that equals an earlier section refers to it. */
function sectionsOf(lists: Lists): string[] {
  const titleByContent = new Map<string, string>()
  return calls.map(call => {
    const content = contentOf(call, lists)
    const earlier = titleByContent.get(content)
    if (!earlier) titleByContent.set(content, titles[call])
    return `## ${titles[call]}\n\n${earlier ? `Same as ${earlier}.` : content}`
  })
}

function contentOf(call: Call, lists: Lists): string {
  const rows = new Map<string, { readonly outcome: readonly string[]; readonly faults: string[] }>()
  const noEffect = new Map<string, string[]>()
  const impossible = new Map<string, string[]>()
  for (const { fault, row } of tableEntries.filter(entry => entry.call === call)) {
    if (isImpossible(row)) listIn(impossible, row.cannot).push(fault)
    else if (isWithoutEffect(row))
      listIn(noEffect, row.plan.text.replace(/^none needed(: )?/, '')).push(fault)
    else {
      const outcome = outcomeOf(row, lists)
      const key = outcome.join()
      const faults = rows.get(key)?.faults ?? []
      rows.set(key, { outcome, faults: [...faults, fault] })
    }
  }
  return [
    tableOf(
      ['Fault', 'State', 'Console cause', 'Retry', 'Seller', 'Action'],
      [...rows.values()]
        .toSorted((one, other) => Number(isAnyOther(one.faults)) - Number(isAnyOther(other.faults)))
        .map(({ outcome, faults }) => [
          isAnyOther(faults) ? 'any other' : faultLabels(faults).join(', '),
          ...outcome,
        ]),
    ),
    ...listLine('No effect', noEffect),
    ...listLine('Impossible', impossible),
  ].join('\n\n')
}

const isWithoutEffect = ({ action, cause }: Cell): boolean =>
  action === 'None: works' && (cause === 'healthy' || cause === 'choosing')

function listIn(lists: Map<string, string[]>, key: string): string[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const listLine = (title: string, faultsByReason: ReadonlyMap<string, readonly string[]>): string[] =>
  faultsByReason.size === 0
    ? []
    : [
        `${title}: ${[...faultsByReason]
          .map(([reason, faults]) => `${faultLabels(faults).join(', ')}${reason && ` (${reason})`}`)
          .join('; ')}.`,
      ]

const outcomeOf = ({ state, cause, plan, sentence, action }: Cell, { plans, messages }: Lists): string[] => [
  stateTexts[state] ?? state,
  // The reason after a colon repeats the fault.
  causeTexts[cause].name.replace(/: .*/, ''),
  plans.numberOf(plan.text),
  messages.numberOf(sentence),
  action.replace(/[A-Z]+(_[A-Z]+)+/g, '`$&`'),
]

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const rowOf = (cells: readonly string[]): string =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|').trim()).join(' | ')} |`

const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [rowOf(header), `|${'---|'.repeat(header.length)}`, ...rows.map(rowOf)].join('\n')
