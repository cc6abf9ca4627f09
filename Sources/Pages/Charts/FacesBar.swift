/// How the responses fall on the faces: one bar, and each face with its count and share.
public struct FacesBar: Chart {
  public let title: String
  public let sentence: String
  /// From the most negative face; 2…5, each at least 0.
  public let counts: [Int]

  /// - Parameter counts: from the most negative face; those beyond the fifth are left out.
  public init(title: String, sentence: String, counts: [Int]) {
    self.title = title
    self.sentence = sentence
    self.counts = counts.prefix(Face.countMax).map { max(0, $0) }
  }

  public func svg(_ size: ChartSize, in language: Language) -> String {
    var body = Markup()
    let faces = Face.faces(counts.count)
    let total = counts.reduce(0, +)
    drawBar(faces, total, size, language, into: &body)
    let top = FacesBar.barHeight + 14
    let height: Double
    switch size {
    case .wide: height = drawColumns(faces, total, top, language, into: &body)
    case .compact: height = drawRows(faces, total, top, language, into: &body)
    }
    return Drawing(
      kind: "faces", sizeName: size.name, width: size.width, height: height, body: body
    ).svg(title: title, sentence: sentence)
  }

  private static let barHeight = 40.0

  private func drawBar(
    _ faces: [Face], _ total: Int, _ size: ChartSize, _ language: Language,
    into body: inout Markup
  ) {
    guard total > 0 else {
      var frame = Path()
      frame.rectangle(0.5, 0.5, size.width - 1, FacesBar.barHeight - 1)
      body.add(frame, as: "empty")
      body.add(
        language.word(.noResponses), size.width / 2, FacesBar.barHeight / 2 + 5, as: "mid")
      return
    }
    var left = 0.0
    for (face, count) in zip(faces, counts) where count > 0 {
      let share = Double(count) / Double(total)
      let width = share * size.width
      // Two units of room between neighbours.
      let drawn = max(width - 2, min(width, 1))
      var path = Path()
      path.rectangle(left, 0, drawn, FacesBar.barHeight)
      body.add(
        path, as: face.name,
        title:
          "\(face.words(language)): \(language.integer(count)), \(language.percent(share, places: 1))"
      )
      var pattern = Path()
      if let gap = face.hatchGap {
        pattern.hatch(left, 0, drawn, FacesBar.barHeight, every: gap)
      }
      body.add(pattern, as: face.patternName)
      let words = roundShare(share, language)
      if TextWidth.of(words, fontSize: size.fontSize) + 10 < drawn {
        drawShare(words, left + drawn / 2, face, size, into: &body)
      }
      left += width
    }
  }

  /// On a plate of the face's colour, so that no pattern runs through it.
  private func drawShare(
    _ words: String, _ x: Double, _ face: Face, _ size: ChartSize, into body: inout Markup
  ) {
    if face.hatchGap != nil {
      let width = TextWidth.of(words, fontSize: size.fontSize) + 4
      var plate = Path()
      plate.rectangle(
        x - width / 2, FacesBar.barHeight / 2 - size.fontSize * 0.7, width, size.fontSize * 1.4)
      body.add(plate, as: face.plateName)
    }
    body.add(words, x, FacesBar.barHeight / 2 + size.fontSize * 0.35, as: face.textName)
  }

  /// - Returns: where they end.
  private func drawColumns(
    _ faces: [Face], _ total: Int, _ top: Double, _ language: Language, into body: inout Markup
  ) -> Double {
    let width = ChartSize.wide.width / Double(max(1, faces.count))
    let names = faces.map { lines($0.words(language), into: width - 40) }
    let lineHeight = 15.0
    for (place, face) in faces.enumerated() {
      let left = Double(place) * width
      face.draw(left + 14, top + 18, radius: 13, into: &body)
      body.add(share(place, total, language), left + 36, top + 14, as: "strong")
      for (line, words) in (names[place] + [language.responses(counts[place])]).enumerated() {
        body.add(words, left + 36, top + 31 + lineHeight * Double(line), as: "small")
      }
    }
    return top + 39 + lineHeight * Double(names.map(\.count).max() ?? 0)
  }

  /// A face's words in one line, or where they do not fit in two.
  private func lines(_ words: String, into room: Double) -> [String] {
    let fontSize = ChartSize.wide.smallFontSize
    if TextWidth.of(words, fontSize: fontSize) <= room { return [words] }
    return words.split(separator: " ", maxSplits: 1).map {
      TextWidth.fitted(String($0), into: room, fontSize: fontSize)
    }
  }

  private func drawRows(
    _ faces: [Face], _ total: Int, _ top: Double, _ language: Language, into body: inout Markup
  ) -> Double {
    let width = ChartSize.compact.width
    let rowHeight = 28.0
    // The best first, as one reads a result.
    for (row, place) in faces.indices.reversed().enumerated() {
      let y = top + (Double(row) + 0.5) * rowHeight
      faces[place].draw(14, y, radius: 10, into: &body)
      body.add(
        TextWidth.fitted(
          faces[place].words(language), into: 160, fontSize: ChartSize.compact.fontSize),
        34, y + 4.5, as: "start")
      body.add(language.integer(counts[place]), width - 80, y + 4.5, as: "end")
      body.add(share(place, total, language), width - 2, y + 4.5, as: "end strong")
    }
    return top + Double(faces.count) * rowHeight + 2
  }

  private func share(_ place: Int, _ total: Int, _ language: Language) -> String {
    total > 0 ? language.percent(Double(counts[place]) / Double(total), places: 1) : "–"
  }

  /// In whole percent, but never all where it is not all.
  private func roundShare(_ share: Double, _ language: Language) -> String {
    share < 1 && share >= 0.995
      ? language.percent(min(share, 0.999), places: 1) : language.percent(share)
  }
}
