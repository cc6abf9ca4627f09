extension Tally {
  /// Which part of the responses was how positive.
  public struct Shares: Sendable, Equatable {
    /// Of the highest button, 0…1.
    public let veryPositive: Double
    /// Of the buttons above the middle, the highest among them; 0…1.
    public let positive: Double
    /// Of the buttons below the middle, 0…1.
    public let negative: Double
  }

  /// The shares; nil when there are no responses.
  ///
  /// An odd number of buttons has a middle one, which is neither: then positive and negative do
  /// not add up to 1. Each is the double nearest to the exact quotient.
  public var shares: Shares? {
    let responses = responses
    guard responses > 0 else { return nil }
    func share(_ buttons: Range<Int>) -> Double {
      Tally.quotient(UInt128(counts[buttons].reduce(0, +)), UInt128(responses))
    }
    let buttons = counts.count
    return Shares(
      veryPositive: share(buttons - 1..<buttons), positive: share((buttons + 1) / 2..<buttons),
      negative: share(Tally.negativeButtons(of: buttons)))
  }

  /// The buttons below the middle of a question with that many.
  static func negativeButtons(of buttons: Int) -> Range<Int> {
    0..<buttons / 2
  }
}
