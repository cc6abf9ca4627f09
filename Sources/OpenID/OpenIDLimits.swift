/// What a provider, and who signs in by it, can take, each number with its unit and its reason.
public enum OpenIDLimits {
  /// Seconds that one question to the provider may take, from the name's look-up to the last byte.
  public static let answerSeconds: Int64 = 8
  /// Bytes of any answer of the provider: keys with certificates of the largest have some 60 KiB.
  public static let answerBytesMax = 262_144
  /// Bytes of an ID token: two hundred groups of Entra ID make some 12 KiB.
  static let tokenBytesMax = 65_536
  /// Bytes of an ID token that goes along to the provider when somebody signs out, and is kept until
  /// then: browsers and proxies take an address of 8 KiB.
  static let hintBytesMax = 4096
  /// Keys that are looked at.
  static let keysMax = 100
  /// Groups of one person that are looked at.
  static let groupsMax = 2000
  /// Sign-ins that ask the provider at once: beyond it people are told to try again.
  static let askingMax = 32
  /// How long what the provider says of itself, and its keys, hold, milliseconds: an hour.
  static let documentMilliseconds: Int64 = 3_600_000
  /// How long a provider that did not answer is not asked again, milliseconds.
  static let failureMilliseconds: Int64 = 2000
  /// How often keys are fetched in a minute because none that is kept signed a token.
  static let keyFetchesPerMinuteMax = 6

  /// Milliseconds that somebody may take at the provider.
  public static let pendingMilliseconds: Int64 = 600_000
  /// Sign-ins that wait for their answer, of all and of one address: some 3 KiB each.
  static let pendingMax = 4096
  static let pendingPerAddressMax = 256
  /// Bytes of where it goes on after signing in; longer ones go to the dashboard.
  static let nextBytesMax = 2048

  /// Seconds that the provider's clock may differ from ours.
  static let clockSeconds: Int64 = 60
  /// Seconds since an ID token was made: it comes at once.
  static let tokenAgeSeconds: Int64 = 600
  /// Bytes of a person's identifier (OpenID Connect Core 2), and letters of a name that is shown.
  static let subjectBytesMax = 255
  static let nameLettersMax = 80
}
