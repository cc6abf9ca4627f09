import Foundation
import Testing

@Suite struct SourceRuleTests {
  static let folders = ["Sources", "firmware-protocol/Sources", "Simulator/Sources"]
  static let linesMax = 400

  @Test(
    "no source traps by force: no try!, as!, fatalError", arguments: ["try!", "as!", "fatalError("])
  func force(_ word: String) throws {
    for folder in Self.folders {
      for file in try SourceFile.all(in: folder) {
        for (number, line) in file.code.enumerated() where line.contains(word) {
          Issue.record("\(file.path):\(number + 1): \(word)")
        }
      }
    }
  }

  @Test("nothing is left to be done in a comment", arguments: ["TODO", "FIXME", "XXX"])
  func leftovers(_ word: String) throws {
    for folder in Self.folders + ["Tests", "firmware-protocol/Tests"] {
      for file in try SourceFile.all(in: folder) where !file.path.hasSuffix("SourceRuleTests.swift")
      {
        for (number, line) in file.lines.enumerated() where line.contains(word) {
          Issue.record("\(file.path):\(number + 1): \(word)")
        }
      }
    }
  }

  @Test("what the compiler is told to believe has its reason beside it")
  func beliefs() throws {
    for folder in Self.folders {
      for file in try SourceFile.all(in: folder) {
        for (number, line) in file.code.enumerated()
        where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
          let near = file.lines[max(0, number - 4)...number]
          let hasReason = near.contains { $0.contains("//") }
          #expect(hasReason, "\(file.path):\(number + 1)")
        }
      }
    }
  }

  @Test("routes are added where their role is asked for, and nowhere else")
  func routes() throws {
    let guards = ["Router+Endpoints.swift", "Router+OtherMethods.swift"].map {
      "Sources/Web/Endpoints/\($0)"
    }
    for file in try SourceFile.all(in: "Sources") where !guards.contains(file.path) {
      for (number, line) in file.code.enumerated() {
        let isRoute = ["router.get(", "router.post(", "router.on(", "router.group("].contains {
          line.contains($0)
        }
        #expect(!isRoute, "\(file.path):\(number + 1): declare an Endpoint")
      }
    }
  }

  @Test("no file is longer than 400 lines")
  func length() throws {
    for folder in Self.folders {
      for file in try SourceFile.all(in: folder) {
        let lines = file.lines.count - 1
        #expect(lines <= Self.linesMax, "\(file.path): \(lines) lines")
      }
    }
  }

  @Test("the wire and the core promise, function by function, to take no memory")
  func noAllocation() throws {
    let wire = try SourceFile.all(in: "firmware-protocol/Sources/FirmwareProtocol")
    let files = try wire + SourceFile.all(in: "Sources/BucketCore")
    for file in files {
      for (number, line) in file.lines.enumerated() {
        guard line.contains("func ") && !line.contains("//") else { continue }
        let near = file.lines[max(0, number - 3)...number].joined(separator: "\n")
        let isStart = ["byteCount(devices", "addDevice", "reserve<", "place<", "delta(at"]
          .contains { line.contains($0) }
        #expect(
          near.contains("@_noAllocation") || isStart, "\(file.path):\(number + 1): \(line)")
      }
    }
  }
}
