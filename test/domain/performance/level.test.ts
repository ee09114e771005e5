import t from 'tap'
import { levelDefinitions } from '../../../src/domain/performance/level.ts'

t.test('S-28 a table is searched by the names that its rows show', async t => {
  const names = ['campaign_name', 'ad_group_name']
  const searched = Object.fromEntries(
    Object.entries(levelDefinitions).map(([level, definition]) => [
      level,
      [...definition.searchedColumns].sort(),
    ]),
  )
  t.strictSame(searched, {
    campaigns: ['campaign_name'],
    'ad-groups': names.toSorted(),
    placements: ['campaign_name', 'placement'],
    targeting: [...names, 'targeting'].sort(),
    'search-terms': [...names, 'search_term', 'targeting'].sort(),
    products: [...names, 'asin', 'sku'].sort(),
  })
})
