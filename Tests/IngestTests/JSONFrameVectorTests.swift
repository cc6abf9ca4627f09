import BucketCore
import FirmwareProtocol
import Foundation
import TestSupport
import Testing

@testable import Ingest

@Suite struct JSONFrameVectorTests {
  struct Good: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var append_spaces: Int?
    var epoch: Int?
    var first: Int?
    var oldest: Bool
    var sent_at_ms: Int?
    var presses: [[NumberOrNull]]

    var testDescription: String { name }
  }

  struct Bad: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var text: String?
    var hex: String?
    var append_spaces: Int?
    var reason: String

    var testDescription: String { name }
  }

  struct File: Decodable, Sendable {
    var good: [Good]
    var bad: [Bad]
  }

  static let file = Result { try Vectors.load(File.self, "json-frames.json") }
  static let goodVectors = (try? file.get())?.good ?? []
  static let badVectors = (try? file.get())?.bad ?? []

  static func payload(text: String?, hex: String?, spaces: Int?) -> [UInt8]? {
    let bytes = text.map { Array($0.utf8) } ?? hex.flatMap { Vectors.bytes(hex: $0) }
    return bytes.map { $0 + [UInt8](repeating: 0x20, count: spaces ?? 0) }
  }

  @Test("the vectors are there")
  func present() throws {
    let file = try Self.file.get()
    #expect(file.good.count >= 24 && file.bad.count >= 52)
  }

  @Test("the JSON form is read to the frame that it stands for", arguments: goodVectors)
  func good(_ vector: Good) throws {
    let payload = try #require(
      Self.payload(text: vector.text, hex: nil, spaces: vector.append_spaces))
    // Received when it was sent, so that no clock is corrected.
    let received = vector.sent_at_ms ?? EngineDriver.received
    let form = try PressJSON(unsafe payload.span.bytes, receivedAtMilliseconds: Int64(received))
    let frame = try PlainFrame(form.frame)
    #expect(form.marks.isUnsequenced == (vector.epoch == nil))
    #expect(frame.epoch == vector.epoch ?? 0 && frame.first == vector.first ?? 0)
    #expect(frame.isUTC && frame.isOldest == vector.oldest)
    #expect(
      frame.presses
        == vector.presses.map { press in
          PlainPress(
            at: press[0].value.map { $0 / 1000 }, milliseconds: (press[0].value ?? 0) % 1000,
            button: press[1].value ?? -1, slot: press[2].value ?? -1)
        })
  }

  @Test(
    "a good message is answered in JSON, and a sent_at is compared to the millisecond",
    arguments: goodVectors)
  func answered(_ vector: Good) throws {
    let payload = try #require(
      Self.payload(text: vector.text, hex: nil, spaces: vector.append_spaces))
    var driver = EngineDriver([EngineDevice("dev-01", buttons: [4])])
    driver.receive(payload, receivedAtMilliseconds: vector.sent_at_ms ?? EngineDriver.received)
    let answers = try driver.answers()
    #expect(answers.count == 1 && answers.first?.isJSON == true)
    let store = driver.store
    // Some have times that are still to come: well-formed, answered, and kept for inspection.
    #expect(store.quarantined.allSatisfy { $0.reason == .impossibleTime })
    // It is kept as the frame that it stands for, whatever JSON will be taken for later.
    #expect(store.archive.first?.payload.first == 1 || answers.first?.isRewind == true)
  }

  @Test(
    "a bad message is quarantined as malformed_json, or too_large, and not answered",
    arguments: badVectors)
  func bad(_ vector: Bad) throws {
    let payload = try #require(
      Self.payload(text: vector.text, hex: vector.hex, spaces: vector.append_spaces))
    var driver = EngineDriver([EngineDevice("dev-01", buttons: [4])])
    driver.receive(payload)
    let answers = try driver.answers()
    #expect(answers.isEmpty)
    let store = driver.store
    let reasons = store.quarantined.map(\.reason)
    let isJSON = payload.first == UInt8(ascii: "{")
    let isLarge = payload.count > IngestLimits.payloadBytesMax
    if isLarge {
      #expect(reasons == [.tooLarge])
    } else if isJSON {
      #expect(reasons == [.malformedJSON], "\(vector.reason)")
    } else {
      #expect(reasons.count == 1)
    }
    #expect(store.presses() == 0 && store.archive.isEmpty)
  }
}
