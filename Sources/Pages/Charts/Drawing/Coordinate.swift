/// A length of a picture in tenths of its unit: finer is not seen.
struct Coordinate: Equatable {
  var tenths: Int

  init(tenths: Int) { self.tenths = tenths }

  /// What is no number, or far outside every picture, becomes the nearest that is not.
  init(_ number: Double) {
    tenths = number.isNaN ? 0 : Int((min(max(number, -100_000), 100_000) * 10).rounded())
  }

  /// `12.3`, `12`, `.3`, `-.3`.
  func append(to text: inout String) {
    if tenths < 0 { text += "-" }
    let (whole, tenth) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    if whole > 0 || tenth == 0 { text += String(whole) }
    if tenth > 0 {
      text += "."
      text += String(tenth)
    }
  }
}
