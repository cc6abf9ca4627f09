/// One text in every language: none can be left out.
public struct Phrase: Sendable, Equatable {
  public let fi: String
  public let sv: String
  public let en: String

  public init(_ fi: String, _ sv: String, _ en: String) {
    self.fi = fi
    self.sv = sv
    self.en = en
  }

  public subscript(_ language: Language) -> String {
    switch language {
    case .fi: fi
    case .sv: sv
    case .en: en
    }
  }
}
