// Moves along a chart's days by keyboard or pointer.
for (const chart of document.querySelectorAll('[data-chart]')) {
  const days = [...chart.querySelectorAll('[data-chart-day]')]
  const readout = chart.querySelector('[data-chart-readout]')
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -days.length, End: days.length }

  const showDay = day => {
    readout.textContent = day.getAttribute('aria-label')
  }

  days.forEach((day, index) => {
    day.querySelector('title').remove()
    day.setAttribute('tabindex', index === days.length - 1 ? '0' : '-1')
    day.addEventListener('pointerenter', () => showDay(day))
    day.addEventListener('focus', () => showDay(day))
    day.addEventListener('keydown', event => {
      if (!(event.key in steps)) return
      event.preventDefault()
      const next = days[Math.max(0, Math.min(days.length - 1, index + steps[event.key]))]
      for (const other of days) other.setAttribute('tabindex', other === next ? '0' : '-1')
      next.focus()
    })
  })
}
