import { posix } from 'node:path'

/** An import: its file, and the project path or package that it names. */
export interface Import {
  readonly file: string
  readonly target: string
}

interface ImportRule {
  readonly name: string
  /** Files that the rule applies to. */
  readonly files: RegExp
  readonly mayImport: (target: string, file: string) => boolean
}

const isProject = (target: string): boolean => /^(src|sandbox|test|bench)\//.test(target)
const folderOf = (file: string, below: string): string => file.slice(below.length).split('/')[0] ?? ''

/** Modules of the domain that a module may import, in addition to the shared ones. */
const domainModules: Readonly<Record<string, readonly string[]>> = {
  access: [],
  profile: [],
  connection: ['access', 'profile'],
  ingestion: ['profile'],
  performance: ['ingestion'],
  health: ['access', 'profile', 'connection', 'ingestion'],
  email: ['access', 'profile', 'connection', 'ingestion', 'help'],
  help: ['profile', 'connection'],
  timeline: ['access', 'profile', 'connection', 'ingestion', 'performance', 'email'],
}

const applicationModules: Readonly<Record<string, readonly string[]>> = {
  access: ['email'],
  connection: ['access', 'ingestion', 'email'],
  ingestion: ['email'],
  email: [],
  help: ['access', 'connection', 'email'],
  performance: [],
}

const mayImportFrom =
  (modules: Readonly<Record<string, readonly string[]>>, root: string) => (target: string, file: string) => {
    if (!target.startsWith(root)) return true
    const [own, other] = [folderOf(file, root), folderOf(target, root)]
    return (
      own.endsWith('.ts') || other.endsWith('.ts') || own === other || (modules[own] ?? []).includes(other)
    )
  }

export const rules: readonly ImportRule[] = [
  {
    name: 'the domain imports only itself',
    files: /^src\/domain\//,
    mayImport: target => target.startsWith('src/domain/'),
  },
  {
    name: 'a domain module imports only the modules that the design allows',
    files: /^src\/domain\//,
    mayImport: mayImportFrom(domainModules, 'src/domain/'),
  },
  {
    name: 'the application imports only the domain, itself and node:crypto',
    files: /^src\/application\//,
    mayImport: target => /^src\/(domain|application)\//.test(target) || target === 'node:crypto',
  },
  {
    name: 'an application module imports only the modules that the design allows',
    files: /^src\/application\//,
    mayImport: mayImportFrom(applicationModules, 'src/application/'),
  },
  {
    name: 'an application module imports another only through its index',
    files: /^src\/application\/[^/]+\//,
    mayImport(target, file) {
      const [own, other] = [file, target].map(path => folderOf(path, 'src/application/'))
      return (
        !target.startsWith('src/application/') ||
        own === other ||
        /\/index\.ts$|^src\/application\/[^/]+\.ts$/.test(target)
      )
    },
  },
  {
    name: 'the ingestion and profile modules do not import connection',
    files: /^src\/(domain|application)\/(ingestion|profile)\//,
    mayImport: target => !/^src\/(domain|application)\/connection\//.test(target),
  },
  {
    name: 'adapters do not import each other',
    files: /^src\/adapters\//,
    mayImport: (target, file) =>
      !target.startsWith('src/adapters/') ||
      folderOf(target, 'src/adapters/') === folderOf(file, 'src/adapters/'),
  },
  {
    name: 'adapters import the console, the application and the domain, not the composition root',
    files: /^src\/adapters\//,
    mayImport: target => !isProject(target) || /^src\/(adapters|admin|application|domain)\//.test(target),
  },
  {
    name: 'the console imports application indexes and ports, never adapters',
    files: /^src\/admin\//,
    mayImport: target =>
      !isProject(target) ||
      /^src\/(admin|domain)\/|^src\/application\/([^/]+\/(index|([a-z]+-)?ports)|[^/]+)\.ts$/.test(target),
  },
  {
    name: 'the application and the domain do not import the console',
    files: /^src\/(domain|application)\//,
    mayImport: target => !target.startsWith('src/admin/'),
  },
  {
    name: 'the diagnosis imports only itself and the domain',
    files: /^src\/admin\/diagnosis\//,
    mayImport: target => /^src\/(admin\/diagnosis|domain)\//.test(target),
  },
  {
    name: 'the kit of the web server knows neither the seller’s pages nor the console',
    files: /^src\/adapters\/fastify\/kit\//,
    mayImport: target => !/^src\/adapters\/fastify\/(?!kit\/)/.test(target),
  },
  {
    name: 'the seller’s pages do not import the console',
    files: /^src\/adapters\/fastify\/seller\//,
    mayImport: target => !target.startsWith('src/adapters/fastify/console/'),
  },
  {
    name: 'only the composition imports inversify',
    files: /^src\/(?!composition\/)/,
    mayImport: target => target !== 'inversify',
  },
  {
    name: 'the product imports nothing from the sandbox, the demo, the tests or the benchmarks',
    files: /^src\//,
    mayImport: target => !/^(sandbox|demo|test|bench)\//.test(target),
  },
  {
    name: 'the sandbox imports nothing from the product',
    files: /^sandbox\//,
    mayImport: target => !isProject(target) || target.startsWith('sandbox/'),
  },
]

const pattern =
  /(?:^|[;\n])\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[;\n])\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g

/** Returns every import of a source text, including type imports, re-exports and dynamic ones. */
export function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(pattern)].map(([, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? ''
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
    return { file, target }
  })
}

export interface Violation {
  readonly rule: string
  readonly file: string
  readonly target: string
}

export function violationsOf(imports: readonly Import[]): Violation[] {
  return rules.flatMap(({ name, files, mayImport }) =>
    imports
      .filter(({ file, target }) => files.test(file) && !mayImport(target, file))
      .map(({ file, target }) => ({ rule: name, file, target })),
  )
}

/** Groups of files that import each other, directly or through others (Tarjan's strongly connected components). */
export function cyclesOf(imports: readonly Import[]): string[][] {
  const targets = Map.groupBy(imports, ({ file }) => file)
  const numbers = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []
  const visit = (file: string): number => {
    const number = numbers.size
    numbers.set(file, number)
    stack.push(file)
    let lowest = number
    for (const { target } of targets.get(file) ?? []) {
      if (!targets.has(target)) continue
      if (!numbers.has(target)) lowest = Math.min(lowest, visit(target))
      else if (stack.includes(target)) lowest = Math.min(lowest, numbers.get(target) ?? lowest)
    }
    if (lowest === number) {
      const group = stack.splice(stack.indexOf(file))
      if (group.length > 1) cycles.push(group)
    }
    return lowest
  }
  for (const file of targets.keys()) if (!numbers.has(file)) visit(file)
  return cycles
}
