import CivilTime
import Foundation
import Store

extension Models {
  /// Everything that was asked for.
  static let annotations = Model<[Annotation]>("Annotations") {
    Field.list("rows", annotation, "By date, then in the order in which it was noted.") { $0 }
  }

  static let annotationTable = Table(annotation.columns)

  static let annotation = Model<Annotation>(
    "Annotation", text: "What somebody noted on the timeline: what happened at a place on a day."
  ) {
    Field.value("id", .integer(in: 1...Int.max)) { Int($0.id) }
    Field.value("node", .named("NodeID")) { $0.node }
    Field.value("date", .named("AnnotationDate")) { $0.date.description }
    Field.value("text", .named("AnnotationText")) { $0.text }
    Field.value(
      "author",
      .text(
        """
        Whose token it was: `token`, its number, and its note at that time; `administrator` for the \
        one of the settings. Who signed in by the provider: `person`, its identifier, and their name \
        at that time.
        """)
    ) { $0.author.description }
    Field.moment("created_at", .time("UTC.")) { $0.createdAtMilliseconds }
  }

  static let ofAnnotations: [any DescribedModel] = [annotations, annotation]
}

/// The body of a request that notes something.
struct AnnotationBody: Decodable {
  var node: String
  var date: String
  var text: String
}

extension OpenAPI {
  /// Dates, texts and bodies.
  static let annotationSchemas = #"""
    "AnnotationDate": {
      "type": "string", "format": "date",
      "description": "Of the site's calendar, 1970-01-01 to 2197-12-31."
    },
    "AnnotationText": {
      "type": "string", "minLength": 1, "maxLength": \#(AnnotationLimits.textLettersMax),
      "description": "One line, blanks around it left out; no control characters."
    },
    "AnnotationBody": {
      "type": "object", "required": ["node", "date", "text"],
      "description": "Unknown members are ignored.",
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "date": { "$ref": "#/components/schemas/AnnotationDate" },
        "text": { "$ref": "#/components/schemas/AnnotationText" }
      }
    }
    """#
}
