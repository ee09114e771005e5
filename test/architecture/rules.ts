import { posix } from 'node:path'

/** An import: its file, and the project path or package that it names. */
export interface Import {
  readonly file: string
  readonly target: string
}

interface Law {
  readonly name: string
  /** Files that the rule applies to. */
  readonly inside: RegExp
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
  mail: ['access', 'profile', 'connection', 'ingestion', 'help'],
  help: ['profile', 'connection'],
  timeline: ['access', 'profile', 'connection', 'ingestion', 'performance', 'mail'],
}

const applicationModules: Readonly<Record<string, readonly string[]>> = {
  access: ['mail'],
  connection: ['access', 'ingestion', 'mail'],
  ingestion: ['mail'],
  mail: [],
  help: ['access', 'connection', 'mail'],
  performance: [],
}

const mayKnow =
  (modules: Readonly<Record<string, readonly string[]>>, root: string) => (target: string, file: string) => {
    if (!target.startsWith(root)) return true
    const [own, other] = [folderOf(file, root), folderOf(target, root)]
    return (
      own.endsWith('.ts') || other.endsWith('.ts') || own === other || (modules[own] ?? []).includes(other)
    )
  }

export const laws: readonly Law[] = [
  {
    name: 'the domain knows only itself',
    inside: /^src\/domain\//,
    mayImport: target => target.startsWith('src/domain/'),
  },
  {
    name: 'a domain module knows only the modules that the design gives it',
    inside: /^src\/domain\//,
    mayImport: mayKnow(domainModules, 'src/domain/'),
  },
  {
    name: 'the application knows the domain and itself, and no package but node:crypto for ids',
    inside: /^src\/application\//,
    mayImport: target => /^src\/(domain|application)\//.test(target) || target === 'node:crypto',
  },
  {
    name: 'an application module knows only the modules that the design gives it',
    inside: /^src\/application\//,
    mayImport: mayKnow(applicationModules, 'src/application/'),
  },
  {
    name: 'an application module enters another by its front door',
    inside: /^src\/application\/[^/]+\//,
    mayImport(target, file) {
      const [own, other] = [file, target].map(path => folderOf(path, 'src/application/'))
      return (
        !target.startsWith('src/application/') ||
        own === other ||
        /\/index\.ts$|^src\/application\/ports\.ts$/.test(target)
      )
    },
  },
  {
    name: 'the domain of ingestion and profile does not know connection, nor does their application',
    inside: /^src\/(domain|application)\/(ingestion|profile)\//,
    mayImport: target => !/^src\/(domain|application)\/connection\//.test(target),
  },
  {
    name: 'adapters do not know each other',
    inside: /^src\/adapters\//,
    mayImport: (target, file) =>
      !target.startsWith('src/adapters/') ||
      folderOf(target, 'src/adapters/') === folderOf(file, 'src/adapters/'),
  },
  {
    name: 'adapters know the console, the application and the domain, and nothing of how they are composed',
    inside: /^src\/adapters\//,
    mayImport: target => !isProject(target) || /^src\/(adapters|admin|application|domain)\//.test(target),
  },
  {
    name: 'the console knows front doors, never adapters',
    inside: /^src\/admin\//,
    mayImport: target =>
      !isProject(target) ||
      /^src\/(admin|domain)\/|^src\/application\/([^/]+\/index|ports)\.ts$/.test(target),
  },
  {
    name: 'the application and the domain do not know the console',
    inside: /^src\/(domain|application)\//,
    mayImport: target => !target.startsWith('src/admin/'),
  },
  {
    name: 'the diagnosis knows only itself and the domain',
    inside: /^src\/admin\/(diagnosis|timeline)\//,
    mayImport: target => /^src\/(admin\/(diagnosis|timeline)|domain)\//.test(target),
  },
  {
    name: 'only the composition knows inversify',
    inside: /^src\/(?!container\.ts|product\.ts)/,
    mayImport: target => target !== 'inversify',
  },
  {
    name: 'the product knows nothing of the sandbox, the demo, the tests or the benchmarks',
    inside: /^src\//,
    mayImport: target => !/^(sandbox|demo|test|bench)\//.test(target),
  },
  {
    name: 'the sandbox shares nothing with the product',
    inside: /^sandbox\//,
    mayImport: target => !isProject(target) || target.startsWith('sandbox/'),
  },
]

const pattern =
  /(?:^|[;\n])\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[;\n])\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g

/** Returns every import of a source text, including type imports, re-exports and dynamic ones. */
export function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(pattern)].map(([, from, bare, dynamic]) => {
    const named = from ?? bare ?? dynamic ?? ''
    const target = named.startsWith('.') ? posix.join(posix.dirname(file), named) : named
    return { file, target }
  })
}

export interface Breach {
  readonly law: string
  readonly file: string
  readonly target: string
}

export function breachesOf(imports: readonly Import[]): Breach[] {
  return laws.flatMap(({ name, inside, mayImport }) =>
    imports
      .filter(({ file, target }) => inside.test(file) && !mayImport(target, file))
      .map(({ file, target }) => ({ law: name, file, target })),
  )
}
