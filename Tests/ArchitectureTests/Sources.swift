import Foundation

/// The project's sources, as text.
struct SourceFile: Sendable {
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Modules that the file imports.
  let imports: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    imports = text.split(separator: "\n").compactMap { Self.module(importedBy: $0) }
  }

  /// `public import struct Foundation.Data` imports Foundation; nil for any other line.
  private static func module(importedBy line: Substring) -> String? {
    // Most lines end here; a regular expression on each would take a minute.
    guard line.utf8.count < 200, line.contains("import ") else { return nil }
    var words = line.split(separator: " ")[...]
    let before = ["public", "package", "internal", "private", "fileprivate"]
    while let word = words.first, word.hasPrefix("@") || before.contains(String(word)) {
      words = words.dropFirst()
    }
    guard words.popFirst() == "import" else { return nil }
    let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    if let word = words.first, kinds.contains(String(word)) { words = words.dropFirst() }
    return words.first?.split(separator: ".").first.map(String.init)
  }

  /// Lines without what stands in comments.
  var code: [Substring] {
    lines.map { line in
      line.range(of: "//").map { line[line.startIndex..<$0.lowerBound] } ?? line
    }
  }

  static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// Every Swift file in a folder of the project.
  static func all(in folder: String) throws -> [SourceFile] {
    let url = root.appendingPathComponent(folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: url.path)
    return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let text = try String(contentsOf: url.appendingPathComponent(path), encoding: .utf8)
      return SourceFile(path: "\(folder)/\(path)", text: text)
    }
  }
}
