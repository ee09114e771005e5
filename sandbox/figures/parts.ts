import type { AdGroup } from './campaigns.ts'
import { draw } from './draw.ts'
import type { Entity } from './entities.ts'
import { cut, type Figures, isActive } from './figures.ts'
import { asin } from './text.ts'

export interface Part {
  readonly adGroup?: AdGroup
  readonly placement?: string
  readonly matchedAsin?: string
}

/** Names from Amazon's pages, which don't say that the v3 column uses them. */
const placements = ['Top of Search on-Amazon', 'Detail Page on-Amazon', 'Other on-Amazon', 'Off Amazon']
const whole: Part = {}

/** The parts sum to the row. */
export function partsOf(
  reportTypeId: string,
  groupBy: readonly string[],
  entity: Entity,
  figures: Figures,
): readonly { part: Part; figures: Figures }[] {
  let parts = [{ part: whole, figures }]
  if (reportTypeId === 'spCampaigns' && groupBy.includes('adGroup')) {
    parts = splitParts(parts, [65, 35], place => ({ adGroup: entity.campaign.adGroups[place === 0 ? 0 : 1] }))
  }
  if (groupBy.includes('campaignPlacement')) {
    parts = splitParts(parts, [55, 30, 10, 5], place => ({
      placement: placements[place] ?? 'Other on-Amazon',
    }))
  }
  if (groupBy.includes('matchedTarget')) {
    parts = splitParts(parts, [70, 30], place => ({ matchedAsin: asin(draw(entity.traffic.key, 77), place) }))
  }
  return parts
}

function splitParts(
  parts: readonly { part: Part; figures: Figures }[],
  percents: readonly number[],
  name: (place: number) => Part,
): { part: Part; figures: Figures }[] {
  return parts.flatMap(({ part, figures }) =>
    cut(figures, percents)
      .map((own, place) => ({ part: { ...part, ...name(place) }, figures: own }))
      .filter(({ figures: own }) => isActive(own)),
  )
}
