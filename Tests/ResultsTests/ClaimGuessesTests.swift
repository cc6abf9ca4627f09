import HTTPTypes
import Testing

@testable import Web

@Suite struct ClaimGuessesTests {
  private static func address(_ number: Int) throws -> ClientAddress {
    let address = try #require(IPAddress("192.0.\(number / 250).\(number % 250)"))
    return ClientAddress(address)
  }

  @Test("an address that guesses waits for the next minute, and others do not")
  func address() throws {
    let start = ContinuousClock.now
    let guesses = ClaimGuesses(now: start)
    let (one, other) = (try Self.address(1), try Self.address(2))
    for _ in 0..<WebLimits.claimGuessesPerAddressMax { try guesses.take(one, now: start) }
    let refused = #expect(throws: Problem.self) {
      try guesses.take(one, now: start.advanced(by: .seconds(10)))
    }
    #expect(refused?.status == .tooManyRequests && refused?.headers[.retryAfter] == "50")
    try guesses.take(other, now: start.advanced(by: .seconds(10)))
    try guesses.take(one, now: start.advanced(by: .seconds(60)))
  }

  @Test("right codes are no guesses")
  func right() throws {
    let start = ContinuousClock.now
    let guesses = ClaimGuesses(now: start)
    let one = try Self.address(1)
    for _ in 0..<(2 * WebLimits.claimGuessesMax) {
      try guesses.take(one, now: start)
      guesses.giveBack(one)
    }
    #expect(guesses.total == 0)
    try guesses.take(one, now: start)
    #expect(guesses.total == 1)
  }

  @Test("all addresses together have so many guesses a minute")
  func all() throws {
    let start = ContinuousClock.now
    let guesses = ClaimGuesses(now: start)
    for number in 0..<WebLimits.claimGuessesMax {
      try guesses.take(try Self.address(number), now: start)
    }
    #expect(throws: Problem.self) { try guesses.take(try Self.address(999), now: start) }
    try guesses.take(try Self.address(999), now: start.advanced(by: .seconds(61)))
  }
}
