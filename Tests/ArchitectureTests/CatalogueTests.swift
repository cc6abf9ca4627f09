import Foundation
import Testing

@Suite struct CatalogueTests {
  /// Libraries, which have a catalogue of documentation each.
  static let libraries = ImportTests.allowed.keys.sorted().filter {
    !["Sources/pikapalaute", "Simulator/Sources/simulator"].contains($0)
  }

  /// Names of the public types that a file declares outside of any other.
  static func publicTypes(_ file: SourceFile) -> [String] {
    let kinds = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    return file.code.filter { $0.hasPrefix("public ") && !$0.hasPrefix("public import ") }
      .compactMap { line in
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        let kind = words.firstIndex { kinds.contains(String($0)) }
        guard let kind, kind <= 2, kind + 1 < words.count else { return nil }
        return String(words[kind + 1])
      }
  }

  @Test("every public type of a library has its place in the catalogue", arguments: libraries)
  func complete(_ library: String) throws {
    let module = library.split(separator: "/").last.map(String.init) ?? ""
    let catalogue = "\(library)/Documentation.docc/\(module).md"
    let text = try String(
      contentsOf: SourceFile.root.appendingPathComponent(catalogue), encoding: .utf8)
    let types = try SourceFile.all(in: library).flatMap(Self.publicTypes)
    #expect(!types.isEmpty)
    for type in types {
      let name = type == module ? "\(module)/\(type)" : type
      #expect(text.contains("- ``\(name)``\n"), "\(catalogue) lacks \(name)")
    }
  }

  @Test("a public type is seen however it is declared, and nothing else is taken for one")
  func scanner() {
    let text = """
      public struct A: Sendable {
        public enum Inner {}
      }
      public final class B {}
      public typealias C = Int
      public extension D {}
      public import struct Foundation.Data
      struct E {}
      /// public enum F
      public protocol G<H>: Sendable {}
      public func enumerate() {}
      """
    #expect(Self.publicTypes(SourceFile(path: "", text: text)) == ["A", "B", "C", "G"])
  }
}
