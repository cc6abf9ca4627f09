import Registry
import Testing

@Suite struct DigitsTests {
  @Test(
    "a number is digits and nothing else, 18 at most",
    arguments: [
      ("0", 0), ("007", 7), ("999999999999999999", 999_999_999_999_999_999), ("", nil), ("+1", nil),
      ("-1", nil), ("1 ", nil), ("1_0", nil), ("１", nil), ("1000000000000000000", nil),
    ])
  func number(text: String, number: Int?) {
    #expect(Digits.number(Array(text.utf8)[...]) == number)
  }
}
