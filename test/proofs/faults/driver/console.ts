import { load } from 'cheerio'
import { casePage } from '../../../../src/adapters/fastify/console/cases/case-pages.ts'
import type { CaseKey } from '../../../../src/admin/cases/case-key.ts'
import { CaseReader } from '../../../../src/admin/cases/case-state.ts'
import { aUser } from '../../../support/examples.ts'
import type { Fakes } from '../../../support/fakes/open.ts'
import { renderPage } from '../../../views/render.ts'
import { staffShell } from '../../../views/samples/second-factor-samples.ts'

const agent = aUser({ role: 'support' })

/** Returns the causes on the case's page, by name and in order. */
export function consoleOf(fakes: Fakes, key: CaseKey, { isAlive = true }: { isAlive?: boolean } = {}) {
  const reader = new CaseReader(fakes)
  const causes = async (): Promise<string[]> => {
    // The driver acts as the worker, unless the test has no worker.
    if (isAlive) await fakes.workerHeartbeats.record('the driver', fakes.clock.now())
    const caseView = await reader.read(key)
    const timeline = await fakes.timelineReader.page(key, {
      kinds: [],
      levels: [],
      about: null,
      before: null,
      limit: 100,
    })
    const now = fakes.clock.now()
    const details = { ...caseView, timeline, hasMore: false, staffNames: new Map(), otherConnectionIds: [] }
    const html = renderPage(
      'staff/case',
      casePage(staffShell, details, {
        by: agent,
        query: {},
        typed: null,
        verification: null,
        consentDays: 365,
        now,
      }),
    )
    const $ = load(html)
    return $('[data-cause]')
      .toArray()
      .map(card => $(card).attr('data-cause') ?? '')
  }
  return { causes, first: async () => (await causes())[0] }
}
