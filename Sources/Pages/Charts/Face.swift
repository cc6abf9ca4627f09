/// One of the faces on a terminal's buttons.
enum Face: Int, CaseIterable {
  case veryNegative, negative, neutral, positive, veryPositive

  static let countMax = 5

  /// The faces of a terminal of so many buttons, from the most negative.
  static func faces(_ buttons: Int) -> [Face] {
    switch buttons {
    case ...1: Array([.neutral].prefix(max(0, buttons)))
    case 2: [.negative, .positive]
    case 3: [.negative, .neutral, .positive]
    case 4: [.veryNegative, .negative, .positive, .veryPositive]
    default: allCases
    }
  }

  func words(_ language: Language) -> String {
    switch self {
    case .veryNegative: language.word(.veryNegative)
    case .negative: language.word(.negative)
    case .neutral: language.word(.neutral)
    case .positive: language.word(.positive)
    case .veryPositive: language.word(.veryPositive)
    }
  }

  /// Class of its area: the step of the diverging scale.
  var name: StaticString { DivergingScale.names[rawValue] }
  /// Class of lines on it.
  var patternName: StaticString { DivergingScale.barNames[rawValue] }

  /// Class of what covers the lines under a text.
  var plateName: StaticString {
    let names: [StaticString] = ["s1 plate", "s2 plate", "s3 plate", "s4 plate", "s5 plate"]
    return names[rawValue]
  }

  /// Class of text on it.
  var textName: StaticString {
    let names: [StaticString] = [
      "mid strong t1", "mid strong t2", "mid strong t3", "mid strong t4", "mid strong t5",
    ]
    return names[rawValue]
  }

  /// Between the lines of its pattern; nil = plain, as are the faces from the middle up.
  var hatchGap: Double? {
    switch self {
    case .veryNegative: 5
    case .negative: 10
    case .neutral, .positive, .veryPositive: nil
    }
  }

  /// A circle, two eyes, and a mouth that says it without colour.
  func draw(_ x: Double, _ y: Double, radius: Double, into body: inout Markup) {
    var disc = Path()
    disc.circle(x, y, radius)
    body.add(disc, as: name)
    var eyes = Path()
    eyes.dot(x - radius * 0.36, y - radius * 0.25)
    eyes.dot(x + radius * 0.36, y - radius * 0.25)
    body.add(eyes, as: eyeName)
    // The mouth's middle below its ends smiles.
    let bend = radius * [-0.55, -0.3, 0, 0.3, 0.6][rawValue]
    let mouthY = y + radius * 0.38 - bend * 0.4
    let half = radius * 0.5
    body += """
      <path class="\(mouthName)" d="M\(x - half) \(mouthY)Q\(x) \(mouthY + bend * 1.6) \
      \(x + half) \(mouthY)"/>
      """
  }

  private var eyeName: StaticString {
    let names: [StaticString] = ["eye b1", "eye b2", "eye b3", "eye b4", "eye b5"]
    return names[rawValue]
  }

  private var mouthName: StaticString {
    let names: [StaticString] = ["mouth b1", "mouth b2", "mouth b3", "mouth b4", "mouth b5"]
    return names[rawValue]
  }
}
