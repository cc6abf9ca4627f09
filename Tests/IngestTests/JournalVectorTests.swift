import Foundation
import Ingest
import TestSupport
import Testing

@Suite struct JournalVectorTests {
  struct Frame: Decodable, Sendable {
    var epoch: Int
    var first: Int
    var oldest: Bool
    var utc: Bool
    var presses: [[NumberOrNull]]

    var plain: PlainFrame {
      PlainFrame(
        isUTC: utc, isOldest: oldest, epoch: epoch, first: first, sentAt: 0,
        presses: presses.map(PlainPress.init))
    }
  }

  struct Answer: Decodable, Sendable {
    var epoch: Int
    var next: Int
    var rewind: Bool
  }

  struct Step: Decodable, Sendable {
    var start: Bool?
    var wipe: Bool?
    var press: [NumberOrNull]?
    var sync: Bool?
    var clock: String?
    var silence: Int?
    var wait: Bool?
    var answer: Answer?
    var status: Int?
    var sends: [Frame]
    var epoch: Int
    var first: Int
    var holds: Int
    var set_aside: Int
  }

  struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var random: [Int]
    var steps: [Step]

    var testDescription: String { name }
  }

  struct File: Decodable, Sendable {
    var frame_presses_max: Int
    var vectors: [Vector]
  }

  static let file = Result { try Vectors.load(File.self, "journals.json") }
  static let vectors = (try? file.get())?.vectors ?? []

  @Test("the vectors are there")
  func present() throws {
    #expect(try Self.file.get().vectors.count >= 30)
  }

  @Test("a device does with its journal what the vector says", arguments: vectors)
  func device(_ vector: Vector) throws {
    let most = try Self.file.get().frame_presses_max
    var journal = ReferenceJournal(random: vector.random, framePressesMax: most)
    for (index, step) in vector.steps.enumerated() {
      journal.play(step)
      #expect(journal.takeFrames() == step.sends.map(\.plain), "step \(index)")
      #expect(journal.epoch == step.epoch && journal.first == step.first, "step \(index)")
      #expect(journal.held.count == step.holds, "step \(index)")
      #expect(journal.setAside.count == step.set_aside, "step \(index)")
    }
  }
}

extension PlainPress {
  /// `[at, milliseconds, button, slot]`
  init(_ numbers: [NumberOrNull]) {
    self.init(
      at: numbers[0].value, milliseconds: numbers[1].value ?? -1, button: numbers[2].value ?? -1,
      slot: numbers[3].value ?? -1)
  }
}

extension ReferenceJournal {
  fileprivate mutating func play(_ step: JournalVectorTests.Step) {
    if step.start != nil { start() }
    if step.wipe != nil { wipe() }
    if let numbers = step.press { press(PlainPress(numbers)) }
    if step.sync != nil { sync() }
    if step.clock != nil { setClock() }
    for _ in 0..<(step.silence ?? 0) { hearNothing() }
    if step.wait != nil { wait() }
    if let answer = step.answer {
      hear(epoch: answer.epoch, next: answer.next, isRewind: answer.rewind)
    }
    if let status = step.status { hear(status: status) }
  }
}
