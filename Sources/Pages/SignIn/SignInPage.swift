/// Where somebody begins a session: with a token, or by the provider.
public struct SignInPage: Sendable {
  /// By what somebody may sign in here.
  public enum Ways: Sendable {
    case token, provider, either
  }

  /// Why it was not begun.
  public enum Failure: Sendable, Equatable {
    /// A token was given where only the provider lets people in.
    case onlyByProvider
    /// The token is unknown, a device's, or cannot be looked up now.
    case unknown, device, later
    /// The provider does not answer.
    case providerAway
    /// The sign-in at the provider is over, was used, or is another browser's.
    case over
    /// Somebody said no at the provider.
    case declined
    /// The provider's error, a word of RFC 6749.
    case providerError(String)
    /// What the provider sent does not check.
    case unproven
    /// They are known, and in none of the groups.
    case noGroup(needed: [String])
  }

  private struct Context {
    let t: [String: String]
    let action: String
    let provider: String?
    let hasToken: Bool
    let hasBoth: Bool
    let next: String
    let failure: String?
    let groups: [String]
    let hasGroups: Bool
  }

  private let next: String
  private let ways: Ways
  private let failure: Failure?

  /// - Parameters:
  ///   - next: the path of this site where it goes on.
  ///   - ways: by a token, by the provider that is configured, or by either.
  public init(next: String, ways: Ways, failure: Failure? = nil) {
    self.next = next
    self.ways = ways
    self.failure = failure
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    var groups: [String] = []
    if case .noGroup(let needed) = failure { groups = needed }
    return frame.page(
      title: language.text(.signIn),
      Templates.render(
        "sign-in",
        Context(
          t: language.texts, action: frame.link("/sign-in"),
          provider: ways == .token ? nil : frame.link("/sign-in/oidc", [("next", next)]),
          hasToken: ways != .provider, hasBoth: ways == .either, next: next,
          failure: failure.map { phrase($0)[language] }, groups: groups,
          hasGroups: !groups.isEmpty)))
  }

  private func phrase(_ failure: Failure) -> Phrase {
    switch failure {
    case .onlyByProvider:
      Phrase(
        "Tähän palveluun kirjaudutaan vain organisaation tunnuksella.",
        "Här loggar man bara in med organisationens konto.",
        "Here people sign in with their organisation’s account only.")
    case .unknown: PageWord.tokenWrong.phrase
    case .device: PageWord.tokenOfDevice.phrase
    case .later: PageWord.tokenLater.phrase
    case .providerAway where ways == .provider:
      Phrase(
        "Organisaation kirjautumispalvelu ei vastaa juuri nyt. Yritä hetken kuluttua uudelleen.",
        "Organisationens inloggningstjänst svarar inte just nu. Försök igen om en stund.",
        "Your organisation’s sign-in service does not answer right now. Try again in a moment.")
    case .providerAway:
      Phrase(
        "Organisaation kirjautumispalvelu ei vastaa juuri nyt. Yritä hetken kuluttua uudelleen, tai "
          + "kirjaudu tunnisteella.",
        "Organisationens inloggningstjänst svarar inte just nu. Försök igen om en stund, eller logga "
          + "in med en nyckel.",
        "Your organisation’s sign-in service does not answer right now. Try again in a moment, or "
          + "sign in with a token.")
    case .over:
      Phrase(
        "Tämä kirjautuminen on vanhentunut, jo käytetty tai aloitettu toisessa selaimessa. Aloita "
          + "uudelleen.",
        "Den här inloggningen är för gammal, redan använd eller påbörjad i en annan webbläsare. Börja "
          + "om.",
        "This sign-in is too old, was used already or was begun in another browser. Begin again.")
    case .declined:
      Phrase(
        "Kirjautuminen peruttiin, tai kirjautumispalvelu ei päästänyt sinua.",
        "Inloggningen avbröts, eller så släppte inloggningstjänsten inte in dig.",
        "Signing in was cancelled, or the sign-in service did not let you in.")
    case .providerError(let word):
      Phrase(
        "Kirjautumispalvelu vastasi virheellä: \(word). Kerro siitä ylläpitäjälle.",
        "Inloggningstjänsten svarade med ett fel: \(word). Berätta om det för administratören.",
        "The sign-in service answered with an error: \(word). Tell your administrator about it.")
    case .unproven:
      Phrase(
        "Kirjautumispalvelun vastausta ei voitu varmistaa, joten sinua ei kirjattu sisään. Kerro "
          + "siitä ylläpitäjälle; syy on palvelun lokissa.",
        "Inloggningstjänstens svar kunde inte verifieras, så du loggades inte in. Berätta om det för "
          + "administratören; orsaken står i tjänstens logg.",
        "The sign-in service’s answer could not be verified, so you were not signed in. Tell your "
          + "administrator about it; the reason is in the log of this service.")
    case .noGroup:
      Phrase(
        "Tunnuksesi ei kuulu ryhmään, joka saa nähdä tulokset. Pyydä, että sinut lisätään johonkin "
          + "näistä:",
        "Ditt konto hör inte till någon grupp som får se resultaten. Be att bli tillagd i en av "
          + "dessa:",
        "Your account is in no group that may see the results. Ask to be added to one of these:")
    }
  }
}
