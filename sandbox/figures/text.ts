import { oneOf } from './draw.ts'

const products = [
  'yoga mat',
  'water bottle',
  'resistance bands',
  'foam roller',
  'jump rope',
  'gym bag',
  'kettlebell',
  'ankle weights',
  'cork block',
  'travel towel',
]
const qualifiers = [
  'best',
  'cheap',
  'thick',
  'non slip',
  'large',
  'for women',
  'eco',
  'foldable',
  'premium',
  'kids',
  'pink',
  'xl',
]
const suffixes = [
  '',
  'set',
  'with strap',
  '2 pack',
  'for home',
  'for beginners',
  'for travel',
  'sale',
  'black',
  'gift',
]
const styles = [
  'Brand',
  'Generic',
  'Competitor',
  'Launch',
  'Evergreen',
  'Retargeting',
  'Top of search',
  'Long tail',
]

/** Texts that break careless code: quotes, backslashes, line breaks, emoji, right-to-left, HTML. */
const awkwardTexts = [
  'say "cheese"',
  "O'Neill \\ Sons",
  'tab\there',
  'line\nbreak\r\nand more',
  'emoji 🧘‍♀️🚰 done',
  'יוגה מזרן',
  'مات يوغا',
  '<img src=x onerror=alert(1)>',
  '=SUM(A1:A9)',
  '{"json":[1,2]}',
  'a\u2028b, c;d',
  '%00 %s #{x} {{y}} {{{z}}}',
]

export function campaignName(product: string, index: number, key: number, lossy: boolean): string {
  const name = `${product} | ${capital(oneOf(products, key, index))} | ${oneOf(styles, key, 100 + index)} | ${index + 1}`
  return lossy ? `${name} ${awkwardTexts[index % awkwardTexts.length]}` : name
}

export function shopperText(index: number, lossy: boolean): string {
  const product = products[index % products.length]
  const wish = qualifiers[Math.floor(index / products.length) % qualifiers.length]
  const end = suffixes[Math.floor(index / (products.length * qualifiers.length)) % suffixes.length]
  const round = Math.floor(index / (products.length * qualifiers.length * suffixes.length))
  const text = [wish, product, end, round === 0 ? '' : `size ${round}`].filter(word => word !== '').join(' ')
  return lossy ? `${text} ${awkwardTexts[index % awkwardTexts.length]}` : text
}

export function asin(key: number, index: number): string {
  return `B0${(key % 1_000_000).toString(36).padStart(4, '0').toUpperCase()}${index.toString(36).padStart(4, '0').toUpperCase()}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
