import Foundation
import Testing

/// What fuzzing has tried on the queries of addresses, judged by the fuzzer's own target, which is
/// a link here. `make fuzz` looks for more.
@Suite struct QueryCorpusTests {
  static let fuzz = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fuzz")
  static let inputs = ["corpus/query", "found/query"].flatMap { folder in
    // Nothing was found yet, perhaps.
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: fuzz.appendingPathComponent(folder).path)
    return (names ?? []).sorted().map { "\(folder)/\($0)" }
  }

  @Test(
    "a query that fuzzing has tried is refused by name, or its rows cover what it asks for",
    arguments: inputs)
  func input(_ path: String) throws {
    fuzzQuery([UInt8](try Data(contentsOf: Self.fuzz.appendingPathComponent(path))))
  }

  @Test("the corpus is where this looks for it")
  func corpus() {
    #expect(Self.inputs.count > 100)
  }
}

/// What does not hold is an issue; the fuzzer's own `require` stops it with its input.
func require(_ condition: Bool, _ text: @autoclosure () -> String) {
  if !condition { Issue.record(Comment(rawValue: text())) }
}
