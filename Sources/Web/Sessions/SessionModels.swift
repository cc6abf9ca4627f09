import Store

extension Models {
  static let sessions = Model<[Sessions.Session]>("Sessions") {
    Field.list("sessions", session, "The one seen last first.") { $0 }
  }

  static let session = Model<Sessions.Session>(
    "Session", text: "Somebody who is signed in with a browser."
  ) {
    Field.value("id", .named("SessionID")) { $0.id }
    Field.value(
      "who", .text("As the audit log names them: `token 7`, `person 81f2`, `administrator`.")
    ) { $0.author.actor }
    Field.value("name", .text("As `author` of annotations.")) { $0.author.description }
    Field.value("role", .words(TokenRole.self)) { $0.role.rawValue }
    Field.value("bound_to", .text(orNull: true, "Their node; null = the whole site.")) { $0.node }
    Field.value("browser", .words(BrowserFamily.self)) { $0.browser.rawValue }
    Field.moment("began_at", .time("UTC.")) { $0.beganAtMilliseconds }
    Field.moment("seen_at", .time("UTC; when a page was asked for last.")) {
      $0.seenAtMilliseconds
    }
  }

  static let endedSessions = Model<Int>("EndedSessions") {
    Field.value("ended", .count) { $0 }
  }

  static let ofSessions: [any DescribedModel] = [sessions, session, endedSessions]
}

extension OpenAPI {
  static let sessionSchemas = #"""
    "SessionID": { "type": "string", "pattern": "^[0-9a-f]{12}$" }
    """#
}
