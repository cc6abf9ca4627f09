import FirmwareProtocol
import TestSupport
import Testing

@Suite struct FrameVectorTests {
  struct Good: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var hex: String
    var utc: Bool
    var oldest: Bool
    var count: Int
    var epoch: Int
    var first_sequence: Int
    var sent_at: Int
    var presses: [[NumberOrNull]]

    var testDescription: String { name }

    var frame: PlainFrame {
      PlainFrame(
        isUTC: utc, isOldest: oldest, epoch: epoch, first: first_sequence, sentAt: sent_at,
        presses: presses.map { press in
          PlainPress(
            at: press[0].value, milliseconds: press[1].value ?? -1, button: press[2].value ?? -1,
            slot: press[3].value ?? -1)
        })
    }
  }

  struct Bad: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var hex: String
    var error: String

    var testDescription: String { name }
  }

  struct File: Decodable, Sendable {
    var good: [Good]
    var bad: [Bad]
  }

  static let file = Result { try Vectors.load(File.self, "frames.json") }
  static let goodVectors = (try? file.get())?.good ?? []
  static let badVectors = (try? file.get())?.bad ?? []

  @Test("the vectors are there")
  func present() throws {
    let file = try Self.file.get()
    #expect(file.good.count >= 9 && file.bad.count >= 36)
  }

  @Test(
    "a good frame is read to its fields and its fields are written to the same bytes",
    arguments: goodVectors)
  func good(_ vector: Good) throws {
    let bytes = try #require(Vectors.bytes(hex: vector.hex))
    let frame = try PlainFrame(bytes)
    #expect(frame == vector.frame)
    #expect(frame.presses.count == vector.count)
    #expect(vector.frame.bytes == bytes)
  }

  @Test("a bad frame is refused for the first rule that it breaks", arguments: badVectors)
  func bad(_ vector: Bad) throws {
    let bytes = try #require(Vectors.bytes(hex: vector.hex))
    do {
      _ = try PressFrame.decode(unsafe bytes.span.bytes)
      Issue.record("accepted, but: \(vector.error)")
    } catch {
      #expect("\(error)" == vector.error)
    }
  }
}
