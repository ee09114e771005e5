import type { CDPSession, Page } from 'playwright-core'

type Tree = Awaited<ReturnType<typeof treeOf>>
type Node = Tree[number]

const treeOf = async (session: CDPSession) => (await session.send('Accessibility.getFullAXTree')).nodes

/**
 * Returns what a screen reader announces in the page's main part, a line per stop, from Chromium's accessibility tree.
 * It includes visually hidden text and omits purely visual content.
 */
export async function readAnnouncements(page: Page): Promise<string[]> {
  const devTools = await page.context().newCDPSession(page)
  const nodes = await treeOf(devTools)
  await devTools.detach()
  const byId = new Map(nodes.map(node => [node.nodeId, node]))
  const childrenOf = (node: Node): Node[] =>
    (node.childIds ?? []).flatMap(id => {
      const child = byId.get(id)
      return child ? [child] : []
    })
  const textsOf = (node: Node): string => {
    if (node.role?.value === 'StaticText') return String(node.name?.value ?? '')
    return childrenOf(node).map(textsOf).join(' ')
  }
  const lineOf = (node: Node): string | null => {
    const name = String(node.name?.value ?? '')
    const property = (wanted: string) => node.properties?.find(each => each.name === wanted)?.value.value
    switch (node.ignored ? '' : node.role?.value) {
      case 'heading':
        return `heading ${property('level')}: ${name}`
      case 'listitem':
        return `item: ${textsOf(node)}`
      case 'progressbar':
        return `progress of ${name}: ${node.value?.value} of ${property('valuemax')}`
      case 'status':
        return `${property('live')} status: ${textsOf(node)}`
      case 'link':
      case 'button':
        return `${node.role?.value}: ${name}`
      case 'paragraph':
        return `text: ${textsOf(node)}`
      default:
        return null
    }
  }
  const walk = (node: Node): string[] => {
    const line = lineOf(node)
    return line === null ? childrenOf(node).flatMap(walk) : [line.replace(/\s+/g, ' ').trim()]
  }
  const main = nodes.find(node => node.role?.value === 'main')
  return main ? walk(main) : []
}
