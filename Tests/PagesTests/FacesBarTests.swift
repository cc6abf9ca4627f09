import Testing

@testable import Pages

@Suite struct FacesBarTests {
  @Test("each face has its count and its share", arguments: ChartSize.allCases)
  func shares(_ size: ChartSize) throws {
    let svg = Samples.faces([5030, 6200, 21_000, 88_495]).svg(size, in: .fi)
    let texts = try #require(SVGDocument(svg)).texts("text")
    for share in ["4,2\u{A0}%", "5,1\u{A0}%", "17,4\u{A0}%", "73,3\u{A0}%"] {
      #expect(texts.contains(share))
    }
    for count in ["5\u{A0}030", "88\u{A0}495"] {
      #expect(texts.contains { $0.hasPrefix(count) })
    }
  }

  @Test("areas are as wide as their shares")
  func widths() throws {
    let document = try #require(SVGDocument(Samples.faces([25, 25, 50]).svg(.wide, in: .en)))
    // Negative, neutral and positive, the first path of each class being its area.
    let widths = try ["s2", "s3", "s4"].map { name in
      let points = try #require(document.paths(name).first.flatMap(PathReader.init)).points
      return try #require(points.map(\.x).max()) - points[0].x
    }
    #expect(widths == [178, 178, 358])
  }

  @Test("what is not all is not called 100 %")
  func almostAll() {
    let svg = Samples.faces([1, 0, 2, 99_997]).svg(.wide, in: .en)
    #expect(!svg.contains(">100%<"))
    #expect(svg.contains(">99.9%<"))
    #expect(Samples.faces([0, 0, 0, 9]).svg(.wide, in: .en).contains(">100%<"))
  }

  @Test("nobody's answers are said to be none", arguments: [[0, 0, 0, 0], [], [0], [-3, 0]])
  func nobody(_ counts: [Int]) throws {
    let svg = Samples.faces(counts).svg(.wide, in: .fi)
    #expect(try #require(SVGDocument(svg)).texts("text").contains("ei vastauksia"))
  }

  @Test("two to five buttons have faces of their own words")
  func faces() {
    for buttons in 2...5 {
      let faces = Face.faces(buttons)
      #expect(faces.count == buttons)
      #expect(faces == faces.sorted { $0.rawValue < $1.rawValue })
      #expect(faces.contains(.neutral) == (buttons % 2 == 1))
    }
    #expect(Samples.faces(Array(repeating: 1, count: 9)).counts.count == 5)
  }
}
