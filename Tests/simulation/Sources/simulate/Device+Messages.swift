import CivilTime
import FirmwareProtocol
import Ingest

extension Device {
  /// The next message of a journal, its ledger entry made; nil when all is sent.
  func message(of journal: Journal, now: Int64) -> [UInt8]? {
    let sequences = journal.depart(upTo: framePressesMax)
    if sequences.isEmpty { return nil }
    // It may say so only of the oldest press it holds, and need not when nothing is missing.
    let holdsNothingOlder = sequences.lowerBound == journal.oldest && !random.chance(0.1)
    let own = max(0, clock.reading(at: now))
    var sent = SentMessage(
      journal: journal, sequences: sequences, sentAtOwnMilliseconds: own, isUTC: clock.isUTC,
      holdsNothingOlder: holdsNothingOlder, areTimesForgotten: journal.areTimesForgotten,
      isJSON: isJSON && clock.isUTC, trueMilliseconds: now)
    if sent.isJSON && random.chance(0.1) { sent.sentAtOwnMilliseconds = nil }
    let payload = sent.isJSON ? json(sent) : frame(sent, own: own)
    enter(payload, sent)
    return payload
  }

  /// A message without epoch and first; its number makes its bytes its own.
  func unsequencedMessage(_ presses: [LedgerPress], now: Int64) -> [UInt8] {
    let number = unsequenced.count
    let payload = Array("{\"n\":\(number),\"presses\":[\(list(presses))]}".utf8)
    unsequenced.append(UnsequencedMessage(presses: presses, payload: payload))
    enter(
      payload,
      SentMessage(
        journal: nil, sequences: 0..<presses.count, sentAtOwnMilliseconds: nil, isUTC: true,
        holdsNothingOlder: false, areTimesForgotten: false, isJSON: true, trueMilliseconds: now,
        unsequenced: number))
    return payload
  }

  private func enter(_ payload: [UInt8], _ message: SentMessage) {
    if message.isJSON && sent[payload] == nil { sentJSON.append(message) }
    sent[payload, default: message].sendings += 1
  }

  /// The frame that a message in the JSON form stands for when it comes at `received`.
  func frame(ofJSON sent: SentMessage, received: Int64) -> [UInt8] {
    let presses =
      sent.journal?.presses[sent.sequences] ?? unsequenced[sent.unsequenced].presses[...]
    let header = FrameHeader(
      isUTC: true, holdsNothingOlder: sent.holdsNothingOlder, count: UInt16(presses.count),
      epoch: sent.journal?.epoch ?? 0,
      firstSequence: sent.journal == nil ? 0 : UInt32(sent.sequences.lowerBound),
      sentAt: UInt32(received / 1000))
    return encode(
      header,
      presses.map { press in
        let known = press.ownMilliseconds.map { _ in
          Moment(press, sent, received: received).milliseconds
        }
        return Press(
          at: known.map { UInt32($0 / 1000) } ?? PressFrame.timeUnknown,
          milliseconds: known.map { UInt16($0 % 1000) } ?? 0, button: press.button,
          slot: press.slot)
      })
  }

  private func frame(_ sent: SentMessage, own: Int64) -> [UInt8] {
    let presses = (sent.journal?.presses[sent.sequences] ?? []).map { press in
      let known = sent.areTimesForgotten ? nil : press.ownMilliseconds
      return Press(
        at: known.map { UInt32($0 / 1000) } ?? PressFrame.timeUnknown,
        milliseconds: known.map { UInt16($0 % 1000) } ?? 0, button: press.button,
        slot: press.slot)
    }
    let header = FrameHeader(
      isUTC: sent.isUTC, holdsNothingOlder: sent.holdsNothingOlder,
      count: UInt16(presses.count), epoch: sent.journal?.epoch ?? 0,
      firstSequence: UInt32(sent.sequences.lowerBound), sentAt: UInt32(own / 1000))
    return encode(header, presses)
  }

  private func encode(_ header: FrameHeader, _ presses: [Press]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: presses.count))
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    _ = PressFrame.encode(header, presses: presses.span, into: &raw)
    return bytes
  }

  private func json(_ sent: SentMessage) -> [UInt8] {
    let presses = sent.journal.map { list(Array($0.presses[sent.sequences])) } ?? ""
    var members = "\"epoch\":\(sent.journal?.epoch ?? 0),\"first\":\(sent.sequences.lowerBound)"
    if sent.holdsNothingOlder {
      members += ",\"oldest\":true"
    } else if sent.sequences.lowerBound % 2 == 0 {
      // Without a word it is false.
      members += ",\"oldest\":false"
    }
    if let own = sent.sentAtOwnMilliseconds {
      members += ",\"sent_at\":\"\(RFC3339.format(milliseconds: own))\""
    }
    return Array("{\(members),\"presses\":[\(presses)]}".utf8)
  }

  private func list(_ presses: [LedgerPress]) -> String {
    presses.map { press in
      let at = press.ownMilliseconds.map { "\"at\":\"\(RFC3339.format(milliseconds: $0))\"," }
      return "{\(at ?? "")\"button\":\(press.button),\"slot\":\(press.slot)}"
    }.joined(separator: ",")
  }
}
