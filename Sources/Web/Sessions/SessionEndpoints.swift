import HTTPTypes
import Hummingbird
import Pages
import Queries
import Store

extension Endpoint {
  private static let whose = """
    Sessions of browsers: of a token those that were begun with it, for an administrator all. They \
    live in memory, and end with the service.
    """

  /// Who is signed in.
  static let sessions = Endpoint(
    "/api/v1/sessions", id: "getSessions", tag: .operation, need: .role(.reader),
    summary: "Who is signed in with a browser",
    description: whose + " Takes no parameters.",
    parameters: [],
    success: answer(
      "The sessions.", Models.sessions,
      example: #"""
        {
          "sessions": [
            {
              "id": "3f0a91c2d4e5", "who": "person 81f2", "name": "person 81f2: maija",
              "role": "manager", "bound_to": "kallio", "browser": "Firefox",
              "began_at": "2026-11-21T08:00:00.250Z", "seen_at": "2026-11-21T10:00:00.250Z"
            }
          ]
        }
        """#),
    missing: .noRegistry
  ) { call in
    let sessions = try await call.service.access.sessions(of: call.admission)
    return .json(Models.sessions.json(sessions, try call.site))
  }

  /// Ends all sessions of somebody.
  static let endSessions = Endpoint(
    "/api/v1/sessions", .delete, id: "deleteSessions", tag: .operation, need: .role(.reader),
    summary: "End all sessions of somebody",
    description: whose + " The audit log has a line of each.",
    parameters: [Parameters.who],
    success: answer(
      "How many ended; 0 where they had none, or it is not yours to end them.",
      Models.endedSessions, example: #"{ "ended": 2 }"#),
    missing: .noRegistry
  ) { call in
    let who = try call[Parameters.who]
    let ended = try await call.service.access.endSessions(of: call.admission) {
      $0.author.actor == who
    }
    return .json(Models.endedSessions.json(ended, try call.site))
  }

  /// Ends one session.
  static let endSession = Endpoint(
    "/api/v1/sessions/{session}", .delete, id: "deleteSession", tag: .operation,
    need: .role(.reader), summary: "End a session",
    description: whose + " The audit log has a line of it.",
    parameters: [Parameters.session],
    success: #"{ "description": "Ended." }"#, successStatus: "204",
    missing: .other(
      #"""
      {
        "description": "No such session, or it is not yours.",
        "content": {
          "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": {
              "type": "about:blank", "title": "Not Found", "status": 404,
              "detail": "no such session; see /api/v1/sessions"
            }
          }
        }
      }
      """#)
  ) { call in
    let id = try call[Parameters.session]
    let ended = try await call.service.access.endSessions(of: call.admission) { $0.id == id }
    guard ended > 0 else { throw Problem(.notFound, "no such session; see /api/v1/sessions") }
    return Response(status: .noContent)
  }

  /// Who is signed in, for people.
  static let sessionsPage = Endpoint(
    page: "/sessions", need: .role(.reader), parameters: [Parameters.pageLanguage]
  ) { call in
    let access = call.service.access
    let own = access.session(of: call.request)?.id
    let sessions = try await access.sessions(of: call.admission).map { session in
      SessionsPage.Session(
        id: session.id, author: session.author, role: session.role, node: session.node,
        browser: session.browser == .other ? nil : session.browser.rawValue,
        beganAtMilliseconds: session.beganAtMilliseconds,
        seenAtMilliseconds: session.seenAtMilliseconds, isThis: session.id == own)
    }
    return .page(
      SessionsPage(sessions, of: try call.author, site: try call.site).html(try call.frame))
  }

  /// Ends what a form of that page names: a session, or all of somebody.
  static let endSessionsForm = Endpoint(
    page: "/sessions", .post, need: .form(.reader), parameters: [Parameters.pageLanguage]
  ) { call in
    let (id, who) = (call.form["session"], call.form["who"])
    guard id != nil || who != nil else {
      throw Problem(.badRequest, "the form needs session or who")
    }
    _ = try await call.service.access.endSessions(of: call.admission) { session in
      if let id { session.id == id } else { session.author.actor == who }
    }
    return .leadingTo(try call.frame.address.text)
  }
}
