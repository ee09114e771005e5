/** Follows each GET handler through the use cases that it calls, and reports calls that write (docs/architecture.md). */

export interface Source {
  readonly file: string
  readonly text: string
}

/** Methods of ports that change nothing: these verbs, and names of what is returned. */
const reading = new RegExp(
  `^(${[
    'find|list|count|is|has|get|by|of|read|check|matches|latest|fetch|disabledSince|ownersAmong',
    'answersTo|campaigns|closedByUser|confirmedOf|current|daily|enrolmentUri|liveByUser|activeByUser|loadedDays|loadedRanges|now|page|rows',
    'regions|statusFor|totals|typical',
  ].join('|')})([A-Z]|$)`,
)
/** A transaction or a lock alone writes nothing. */
const locking = /^(transaction|lock)$/

/** Writes that a GET may make: the record of who opened what, and when. */
const activity: ReadonlyMap<string, string> = new Map([
  ['Sessions.touch', 'the last use of a session (S-01)'],
  ['ProgressViews.record', 'a seller who watches needs no email (S-31)'],
  ['AuditLog.append', 'what staff opened (S-46)'],
  ['StaffAccessLog.record', 'which staff opened whose account (S-45)'],
  ['TableRollUps.request', 'the worker prepares what a seller opens'],
])

/** OAuth makes the callback a GET (RFC 6749, section 4.1.2). It answers with a redirect. */
const callback: ReadonlySet<string> = new Set([
  'CompleteAuthorisation.execute',
  'CompleteAuthorisation.recordSignedOut',
  'AdvancePendingConnection.execute',
])

/** Returns `file: useCase.method → Port.method` for each write. */
export function writesOfGets(sources: readonly Source[]): string[] {
  const code = new Code(sources)
  return [
    ...new Set(
      sources
        .filter(({ file }) => /^src\/adapters\/fastify\/.*(routes|route)\.ts$/.test(file))
        .flatMap(source =>
          code
            .callsIn(withoutPosts(source.text), source)
            .filter(({ type, method }) => !callback.has(`${type}.${method}`))
            .flatMap(call =>
              code.writesOf(call).map(write => `${source.file}: ${call.type}.${call.method} → ${write}`),
            ),
        ),
    ),
  ].sort()
}

interface Call {
  readonly type: string
  readonly method: string
}

class Code {
  readonly #classes = new Map<string, Source>()
  /** The methods of each port. */
  readonly #ports = new Map<string, ReadonlySet<string>>()
  readonly #functions = new Map<string, { readonly body: string; readonly source: Source }>()
  /** By the name that use cases give a dependency. */
  readonly #types = new Map<string, Set<string>>()

  constructor(sources: readonly Source[]) {
    const inner = sources.filter(({ file }) => /^src\/(application|admin)\//.test(file))
    for (const source of inner) {
      for (const [block, name = ''] of source.text.matchAll(/^export abstract class (\w+)[\s\S]*?^\}/gm))
        this.#ports.set(
          name,
          new Set([...block.matchAll(/^ {2}abstract (\w+)/gm)].map(([, method = '']) => method)),
        )
      for (const [, name = ''] of source.text.matchAll(/^export class (\w+)/gm))
        this.#classes.set(name, source)
      for (const [, name = ''] of source.text.matchAll(/^(?:export )?(?:async )?(?:function|const) (\w+)/gm))
        this.#functions.set(name, {
          body: blockAt(
            source.text,
            source.text.search(new RegExp(`^(?:export )?(?:async )?(?:function|const) ${name}\\b`, 'm')),
          ),
          source,
        })
    }
    for (const { text } of sources)
      for (const [, name = '', type = ''] of text.matchAll(/^ {2}readonly (\w+): (?:Pick<)?(\w+)/gm))
        this.#name(name, type)
    for (const { text } of sources)
      for (const [, name = '', type = ''] of text.matchAll(/(\w+) = get\((\w+)\)/g)) this.#name(name, type)
  }

  #name(name: string, type: string): void {
    this.#types.set(name, (this.#types.get(name) ?? new Set()).add(type))
  }

  /** Calls of ports and use cases by the name of a dependency. */
  callsIn(text: string, { file }: Source): Call[] {
    return [...text.matchAll(/\b(\w+)\??\.(\w+)(?:<[^(]*>)?\(/g)].flatMap(([, name = '', method = '']) =>
      [...(this.#types.get(name) ?? [])]
        .filter(
          type =>
            this.#ports.get(type)?.has(method) ||
            (this.#classes.has(type) && this.#classes.get(type)?.file !== file),
        )
        .map(type => ({ type, method })),
    )
  }

  writesOf(call: Call, seen = new Set<string>()): string[] {
    const name = `${call.type}.${call.method}`
    if (seen.has(name)) return []
    seen.add(name)
    if (this.#ports.has(call.type))
      return reading.test(call.method) || locking.test(call.method) || activity.has(name) ? [] : [name]
    const source = this.#classes.get(call.type)
    return source ? this.#writesIn(methodOf(source.text, call.method), source, call.type, seen) : []
  }

  #writesIn(body: string, source: Source, type: string | null, seen: Set<string>): string[] {
    const own = type
      ? [...body.matchAll(/this\.(#?\w+)\(/g)].map(([, method = '']) => ({ type, method }))
      : []
    const functions = [...body.matchAll(/(?<![.\w])(\w+)(?:<[^(]*>)?\(/g)].flatMap(([, name = '']) => {
      const called = this.#functions.get(name)
      if (!called || seen.has(name)) return []
      seen.add(name)
      return this.#writesIn(called.body, called.source, null, seen)
    })
    return [
      ...functions,
      ...[...own, ...this.callsIn(body, source)].flatMap(call => this.writesOf(call, seen)),
    ]
  }
}

const methodOf = (text: string, method: string): string =>
  blockAt(text, text.search(new RegExp(`^ {2}(?:async )?\\*?${method}\\(`, 'm')))

/** Ends with the closing bracket at the statement's own indentation. */
function blockAt(text: string, start: number): string {
  if (start < 0) return ''
  const lines = text.slice(start).split('\n')
  const indentation = /^ */.exec(lines[0] ?? '')?.[0] ?? ''
  const end = lines.findIndex(
    (line, at) =>
      at > 0 && line.startsWith(indentation) && /^[^\s)]|^\) *[;}]?$/.test(line.slice(indentation.length)),
  )
  return lines.slice(0, end < 0 ? undefined : end + 1).join('\n')
}

function withoutPosts(text: string): string {
  const lines = text.split('\n')
  const kept: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (!/^ *(app\.post|postForm)\(/.test(line)) {
      kept.push(line)
      continue
    }
    const indentation = /^ */.exec(line)?.[0] ?? ''
    while (
      !/^\}?\)/.test((lines[at] ?? '').slice(indentation.length)) ||
      !(lines[at] ?? '').startsWith(indentation)
    )
      at += 1
  }
  return kept.join('\n')
}
