// Runs the checks of one client library, as they are asked for: `node run.mjs openid_client`.
//
// One line of JSON in: {"check": name, …what the check needs}. Any number of lines out:
// {"visit": url} asks for a person, whose answer is the next line in; the last one is
// {"passed": true} or {"failed": why}.

import readline from 'node:readline'

const { checks } = await import(`./${process.argv[2]}.mjs`)
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const receive = async () => JSON.parse((await lines.next()).value ?? 'null')
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

/** Somebody goes there with a browser; where they end up, and what they bring in a body. */
async function visit(url, how = {}) {
  send({ visit: String(url), ...how })
  const { left, form } = await receive()
  return { url: left ? new URL(left) : null, form: form && new URLSearchParams(form) }
}

send({ checks: Object.keys(checks) })
for (let asked; (asked = await receive()); ) {
  try {
    await checks[asked.check](asked, visit)
    send({ passed: true })
  } catch (error) {
    const cause = error.cause ? `\nbecause of ${JSON.stringify(error.cause)}` : ''
    send({ failed: `${error.stack}${cause}` })
  }
}
