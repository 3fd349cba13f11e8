// Verifies one piece of evidence in the reader's browser, without trusting the server's word for it: the digest of
// the envelope, the Ed25519 signature over its DSSE pre-authentication encoding, and the verdict, judged again from
// the numbers that were signed. Without this script the page gives the command that does the same.
// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
import { verifyAsync } from "@noble/ed25519"

const SPKI = "302a300506032b6570032100" // what stands before the 32 bytes of an Ed25519 key (RFC 8410)
const utf8 = new TextEncoder()

const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
const fromBase64 = text => Uint8Array.from(atob(text.replace(/\s/g, "")), letter => letter.charCodeAt(0))

// The 32 bytes of the public key of a PEM.
export function publicKey(pem) {
  const der = fromBase64(pem.replace(/-----[A-Z ]+-----/g, ""))
  if (der.length !== 44 || hex(der.slice(0, 12)) !== SPKI) throw new Error("not an Ed25519 public key")
  return der.slice(12)
}

// What DSSE signs: "DSSEv1", then each part with its length in bytes.
export function preAuthenticationEncoding(type, payload) {
  const head = utf8.encode(`DSSEv1 ${utf8.encode(type).length} ${type} ${payload.length} `)
  const all = new Uint8Array(head.length + payload.length)
  all.set(head)
  all.set(payload, head.length)
  return all
}

// The verdict that both measurements give: as bacasable/compliance/control.py judges.
export function judge(run) {
  const { direction, threshold, measurement, sabotage } = run
  const most = direction === "at_most"
  const broken = most ? sabotage.interval.low > threshold : sabotage.interval.high < threshold
  if (measurement.n === 0 || !broken) return "void"
  const kept = most ? measurement.interval.high <= threshold : measurement.interval.low >= threshold
  return kept && measurement.counterexamples.length === 0 ? "passed" : "failed"
}

// [name of the check, whether it holds], in order; stops at the first that cannot be done.
export async function check(envelopeBytes, pem, expected) {
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", envelopeBytes)))
  const found = [["digest", digest === expected.sha256]]
  const envelope = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(envelopeBytes))
  const payload = fromBase64(envelope.payload)
  const signed = preAuthenticationEncoding(envelope.payloadType, payload)
  const signature = fromBase64(envelope.signatures[0].sig)
  found.push(["signature", envelope.signatures.length === 1 && (await verifyAsync(signature, signed, publicKey(pem)))])
  const statement = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload))
  const run = statement.predicate
  const same = statement.subject[0].name === run.service && run.service === expected.service
  found.push(["subject", same && run.control === expected.control])
  found.push(["verdict", judge(run) === run.verdict && run.verdict === expected.verdict])
  return found
}

async function bytesOf(address) {
  const response = await fetch(address, { credentials: "same-origin" })
  if (!response.ok) throw new Error(`status ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

function start(place) {
  const words = place.dataset
  const button = place.querySelector("button")
  const result = place.querySelector("[data-result]")
  place.hidden = false

  function say(title, lines) {
    const heading = document.createElement("p")
    heading.className = "govuk-body govuk-!-font-weight-bold"
    heading.textContent = title
    const list = document.createElement("ul")
    list.className = "govuk-list govuk-list--bullet"
    for (const line of lines) {
      const item = document.createElement("li")
      item.textContent = line
      list.append(item)
    }
    result.replaceChildren(heading, ...(lines.length ? [list] : []))
  }

  button.addEventListener("click", async () => {
    if (!globalThis.crypto?.subtle) {
      say(words.insecure, [])
      return
    }
    say(words.working, [])
    try {
      const envelope = await bytesOf(words.envelope)
      const pem = new TextDecoder().decode(await bytesOf(words.key))
      const found = await check(envelope, pem, words)
      const lines = found.map(([name, holds]) => words[`${name}${holds ? "Holds" : "Fails"}`])
      const all = found.every(([, holds]) => holds)
      result.dataset.outcome = all ? "holds" : "fails"
      say(all ? words.holds : words.fails, lines)
    } catch {
      result.dataset.outcome = "unread"
      say(words.unread, [])
    }
  })
}

if (globalThis.document) for (const place of document.querySelectorAll("[data-verify-evidence]")) start(place)
