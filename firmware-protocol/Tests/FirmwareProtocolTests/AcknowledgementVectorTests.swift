import FirmwareProtocol
import TestSupport
import Testing

@Suite struct AcknowledgementVectorTests {
  struct Good: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var hex: String
    var rewind: Bool
    var epoch: UInt32
    var next_sequence: UInt32
    var server_time: UInt32

    var testDescription: String { name }
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

  static let file = Result { try Vectors.load(File.self, "acks.json") }
  static let goodVectors = (try? file.get())?.good ?? []
  static let badVectors = (try? file.get())?.bad ?? []

  static func encode(_ acknowledgement: Acknowledgement) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: Acknowledgement.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    acknowledgement.encode(into: &raw)
    return bytes
  }

  @Test("the vectors are there")
  func present() throws {
    let file = try Self.file.get()
    #expect(file.good.count >= 5 && file.bad.count >= 8)
  }

  @Test("a good acknowledgement is read and written as its vector says", arguments: goodVectors)
  func good(_ vector: Good) throws {
    let bytes = try #require(Vectors.bytes(hex: vector.hex))
    let expected = Acknowledgement(
      isRewind: vector.rewind, epoch: vector.epoch, nextSequence: vector.next_sequence,
      serverTime: vector.server_time)
    let decoded = try Acknowledgement.decode(unsafe bytes.span.bytes)
    #expect(decoded == expected)
    #expect(Self.encode(expected) == bytes)
  }

  @Test("a bad acknowledgement is refused for the first rule that it breaks", arguments: badVectors)
  func bad(_ vector: Bad) throws {
    let bytes = try #require(Vectors.bytes(hex: vector.hex))
    do {
      _ = try Acknowledgement.decode(unsafe bytes.span.bytes)
      Issue.record("accepted, but: \(vector.error)")
    } catch {
      #expect("\(error)" == vector.error)
    }
  }

  @Test("every acknowledgement comes back as it went, and none with one bit flipped")
  func roundTrip() throws {
    var generator = Seeded(stream: 2)
    for _ in 0..<200 {
      let sent = Acknowledgement(
        isRewind: Bool.random(using: &generator),
        epoch: UInt32.random(in: 0 ... .max, using: &generator),
        nextSequence: UInt32.random(in: 0 ... .max, using: &generator),
        serverTime: UInt32.random(in: 0 ... .max))
      var bytes = Self.encode(sent)
      let decoded = try Acknowledgement.decode(unsafe bytes.span.bytes)
      #expect(decoded == sent, "\(Seeded.command)")
      for bit in 0..<bytes.count * 8 {
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        let damaged = try? Acknowledgement.decode(unsafe bytes.span.bytes)
        #expect(damaged == nil, "bit \(bit) of \(sent), \(Seeded.command)")
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
    }
  }
}
