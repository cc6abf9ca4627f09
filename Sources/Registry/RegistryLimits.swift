/// The limits of a registry file, each with its unit and its reason.
enum RegistryLimits {
  /// Bytes of the file; 100 000 devices take about 6 MiB.
  static let fileBytesMax = 16 * 1024 * 1024
  /// Levels of the node tree, roots being level 1; bounds the recursion.
  static let depthMax = 16
  /// Nodes of the whole tree; ten times the largest city's rooms.
  static let nodesMax = 100_000
  /// Different devices; three times all terminals of the largest supplier.
  static let devicesMax = 100_000
  /// YAML names and values read, aliases expanded; the two limits above need about three
  /// million, and a file of nested aliases ends here and not with the memory.
  static let valuesMax = 4_000_000
  /// Slots of one touchpoint; the press frame's slot byte allows 0…15.
  static let slotsMax = 16
  /// Periods with opening hours of their own, those of the nodes above included: a change each year for
  /// half a century.
  static let openingPeriodsMax = 50
  /// Parts of an hour that a device shares between places, the time between them included; as many as
  /// the count has stored slots for.
  static let partsPerHourMax = 8
  /// Buttons of one question.
  static let buttons = 2...5
  /// Characters of a site or device id; they are parts of MQTT topics.
  static let topicIDCharactersMax = 31
  /// Characters of a node id, question id or kind.
  static let idCharactersMax = 63
  /// Milliseconds of a repeat interval; longer than an hour would silence a door.
  static let repeatIntervalMillisecondsMax = 3_600_000
  /// Milliseconds of a repeat interval that the file does not name (rule `lockout/1`).
  static let repeatIntervalMillisecondsDefault = 2000
  /// The same of a phone that asks one question (rule `visit/1`): longer than a client plays with the
  /// screen, shorter than the shortest way to the next.
  static let visitIntervalMillisecondsDefault = 60_000
  /// Bytes of one place's opening hours; those of a health station have about 60.
  static let openingHoursBytesMax = 1000
  /// Responses that a site may ask for before it shows a number; more would show nothing.
  static let publicMinimumMax = 1_000_000
  /// Days that a site may wait for late presses.
  static let publicDelayDaysMax = 366
  /// Days that frames of visits are kept, ten years.
  public static let keepDaysMax = 3660
  /// Changes that one line of the log or the audit log tells one by one: some 5000 characters.
  static let changesToldMax = 50
  /// Characters of a value that an error message repeats.
  static let quotedCharactersMax = 60
}
