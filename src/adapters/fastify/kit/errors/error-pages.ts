import type { FastifyReply, FastifyRequest } from 'fastify'
import { InvalidCsrfToken } from '../csrf.ts'
import { isConsole } from '../sessions.ts'
import { shellOf } from '../shell.ts'
import type { ErrorPage } from '../shell-model.ts'
import { staffShellOf } from '../staff-shell.ts'
import type { Render } from '../templates.ts'
import type { ErrorPageText } from './error-page-text.ts'

export interface ErrorText extends ErrorPageText {
  readonly reference?: string
}

export function createErrorPageSender(supportEmail: string, render: Render) {
  return (request: FastifyRequest, reply: FastifyReply, text: ErrorText) => {
    const { status, heading, sentence, retryAfter, link = backLink(request), reference = null } = text
    reply.code(status)
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
    if (request.routeOptions.config?.isJsonRoute) return reply.send({ error: heading, sentence })
    const shellOptions = { title: heading, supportEmail }
    const shell = isConsole(request)
      ? staffShellOf(reply, { ...shellOptions, user: request.staff?.user })
      : shellOf(reply, { ...shellOptions, user: request.signedIn?.user ?? null })
    const page: ErrorPage = { ...shell, status, heading, sentence, link, reference }
    return reply.type('text/html; charset=utf-8').send(render('error', page))
  }
}

const backLink = (request: FastifyRequest) =>
  isConsole(request)
    ? { label: 'Back to the console', href: '/admin/' }
    : { label: 'Back to Ads', href: '/dashboard/ads/' }

export function requestErrorText(request: FastifyRequest, status: number, error?: Error): ErrorText {
  if (error instanceof InvalidCsrfToken) {
    return {
      status: 403,
      heading: 'This page was open too long',
      sentence: 'For your security, nothing was changed. Go back, reload the page and try again.',
    }
  }
  if (status === 429) {
    return {
      status,
      heading: 'Too many attempts',
      sentence: 'Wait a minute, then try again.',
      link: { label: 'Sign in', href: isConsole(request) ? '/admin/login' : '/login' },
    }
  }
  return {
    status,
    heading: 'We couldn’t process this request',
    sentence: 'Nothing was changed. Go back and try again.',
  }
}
