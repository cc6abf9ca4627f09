import Foundation

/// The project's sources, as text.
struct SourceFile: Sendable {
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      guard let match = line.firstMatch(of: Self.importLine) else { return nil }
      // `import struct Foundation.Data` imports Foundation.
      return match.module.split(separator: ".").first.map(String.init)
    }
  }

  /// Lines without what stands in comments.
  var code: [Substring] {
    lines.map { line in
      line.range(of: "//").map { line[line.startIndex..<$0.lowerBound] } ?? line
    }
  }

  private static var importLine: Regex<(Substring, module: Substring)> {
    /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(?<module>[\w.]+)/
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
